@NullMarked
package io.zurau.broker.share.window;

import org.jspecify.annotations.NullMarked;
