@NullMarked
package io.zurau.broker.connection;

import org.jspecify.annotations.NullMarked;
