@NullMarked
package io.zurau.broker.partition;

import org.jspecify.annotations.NullMarked;
