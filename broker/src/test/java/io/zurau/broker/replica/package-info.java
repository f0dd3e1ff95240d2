@NullMarked
package io.zurau.broker.replica;

import org.jspecify.annotations.NullMarked;
