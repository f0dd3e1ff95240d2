/// What the conformance tests share: one broker and one tool host for all classes that need nothing
/// special, and clients.
///
/// **Enter at** [io.zurau.tests.conformance.Shared]. **State.** The shared processes live as long
/// as the test JVM; tests keep apart by topic and group names. **Knows** Apache Kafka's clients.
/// **Must not know** Zurau's classes.
@NullMarked
package io.zurau.tests.conformance;

import org.jspecify.annotations.NullMarked;
