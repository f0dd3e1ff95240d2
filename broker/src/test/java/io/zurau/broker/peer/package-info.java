@NullMarked
package io.zurau.broker.peer;

import org.jspecify.annotations.NullMarked;
