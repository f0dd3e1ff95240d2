@NullMarked
package io.zurau.broker.share;

import org.jspecify.annotations.NullMarked;
