/// Tests of the command: how words become actions, and what is shown of a cluster.
@NullMarked
package io.zurau.cli;

import org.jspecify.annotations.NullMarked;
