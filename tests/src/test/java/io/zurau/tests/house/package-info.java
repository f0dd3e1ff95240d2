/// The house rules: what every module keeps to, checked on the compiled classes and on the source
/// tree.
@NullMarked
package io.zurau.tests.house;

import org.jspecify.annotations.NullMarked;
