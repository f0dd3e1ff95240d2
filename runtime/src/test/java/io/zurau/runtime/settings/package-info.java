@NullMarked
package io.zurau.runtime.settings;

import org.jspecify.annotations.NullMarked;
