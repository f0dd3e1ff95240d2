@NullMarked
package io.zurau.coordinator.group.config;

import org.jspecify.annotations.NullMarked;
