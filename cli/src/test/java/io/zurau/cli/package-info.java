/// Tests of the commands without a broker: what they read, what they print, how they fail.
@NullMarked
package io.zurau.cli;

import org.jspecify.annotations.NullMarked;
