/// What several tests need.
@NullMarked
package io.zurau.broker;

import org.jspecify.annotations.NullMarked;
