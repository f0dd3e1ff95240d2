@NullMarked
package io.zurau.broker.data;

import org.jspecify.annotations.NullMarked;
