@NullMarked
package io.zurau.broker.coordinator;

import org.jspecify.annotations.NullMarked;
