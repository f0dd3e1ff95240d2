/// Tests of the planner, with clusters made up by hand and by chance.
@NullMarked
package io.zurau.cli.rebalance;

import org.jspecify.annotations.NullMarked;
