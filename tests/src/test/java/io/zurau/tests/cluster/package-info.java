/// Three nodes as real processes: killed, stopped, frozen and started again while Apache Kafka's
/// clients and tools use them.
///
/// **Knows** processes and Kafka's clients. **Must not know** Zurau's classes.
@NullMarked
package io.zurau.tests.cluster;

import org.jspecify.annotations.NullMarked;
