/// Apache Kafka's command-line tools against the broker, a test class for each.
///
/// **Knows** what an operator types and reads. **Must not know** how either side works.
@NullMarked
package io.zurau.tests.tools;

import org.jspecify.annotations.NullMarked;
