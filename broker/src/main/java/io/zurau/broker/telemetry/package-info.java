/// Metrics that clients push to the broker (KIP-714).
///
/// **Enter at** [io.zurau.broker.telemetry.ClientTelemetry], which answers the two APIs;
/// [io.zurau.broker.telemetry.PushedMetrics] has what came, for whoever shows metrics.
/// `Subscription` says what a client shall push, `Subscriber` when it may, `MetricsData` reads
/// OTLP.
///
/// **Promises.** Kafka 4.4's errors and throttling. Memory is bounded whatever clients send.
/// **State** is in memory only, and owned by those two classes, each with a lock of its own.
/// **Knows** the cluster's settings and the compression of records. **Must not know** how metrics
/// are shown.
@NullMarked
package io.zurau.broker.telemetry;

import org.jspecify.annotations.NullMarked;
