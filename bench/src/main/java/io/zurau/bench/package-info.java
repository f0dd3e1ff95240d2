/// Zurau beside Apache Kafka, measured in one run on one machine: `bench/compare`;
/// `bench/compaction` for the compaction of one log, `bench/groups` for groups and transactions.
///
/// **Enter at** [io.zurau.bench.Compare]. Each measurement is a class of its own that takes a
/// server and returns numbers. **Promises.** Both servers get the same client, the same data and
/// the same disk, in turns; Apache Kafka runs with its default settings and the JVM options of its
/// own script. **Knows** processes, Kafka's client and its perf tools. **Must not know** Zurau's
/// classes.
@NullMarked
package io.zurau.bench;

import org.jspecify.annotations.NullMarked;
