/// The metadata log of a cluster over Apache Ratis; the only package that knows Ratis.
@NullMarked
package io.zurau.quorum;

import org.jspecify.annotations.NullMarked;
