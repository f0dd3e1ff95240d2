/// The simulator's own tests, and one contract suite per seam that runs on the real and on the
/// simulated one.
@NullMarked
package io.zurau.simulation;

import org.jspecify.annotations.NullMarked;
