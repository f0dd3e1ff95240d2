/// Settings that can change while the cluster runs: of topics, of brokers, and of whatever else has
/// a [io.zurau.metadata.config.ResourceKind].
///
/// **Enter at** [io.zurau.metadata.config.ClusterConfigs]: what a topic or this broker is set to,
/// where each value comes from, and whether a change is acceptable. **Promises.** A value that was
/// accepted can be read; one that cannot (an image of another version) counts as not set.
/// **State.** None but the broker's given settings, which do not change. **Knows** the catalogs
/// that it is handed, and the topic settings of Kafka that nothing in Zurau needs. **Must not
/// know** what the other settings mean.
@NullMarked
package io.zurau.metadata.config;

import org.jspecify.annotations.NullMarked;
