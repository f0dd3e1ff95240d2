/// What can be set about groups of the newer kinds: consumer groups (KIP-848), share groups
/// (KIP-932) and streams groups (KIP-1071), on a broker for all of them and on each.
///
/// **Enter at** [io.zurau.coordinator.group.config.GroupConfigs], by which a coordinator asks what
/// holds for a group; [io.zurau.coordinator.group.config.GroupSettings] is for whoever lets the
/// settings be changed. **Promises.** Names, defaults and limits are Apache Kafka 4.4's. **State.**
/// None. **Knows** settings. **Must not know** groups, or where settings are kept.
@NullMarked
package io.zurau.coordinator.group.config;

import org.jspecify.annotations.NullMarked;
