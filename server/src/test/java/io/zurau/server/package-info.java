@NullMarked
package io.zurau.server;

import org.jspecify.annotations.NullMarked;
