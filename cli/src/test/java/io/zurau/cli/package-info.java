/// Tests of the client: its parts alone, and the whole against a small scripted broker in the
/// simulator.
@NullMarked
package io.zurau.cli;

import org.jspecify.annotations.NullMarked;
