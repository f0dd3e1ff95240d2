package io.zurau.coordinator.group.config;

/// What single groups are set to, as it stands at the moment of the question. Cheap enough to be
/// asked whenever a value is needed; keeping one means not following a change of it.
///
/// A group need not exist, and need not be of the kind that is asked about.
///
/// Safe for concurrent use.
public interface GroupConfigs {
    ConsumerGroupConfig consumer(String groupId);

    ShareGroupConfig share(String groupId);

    StreamsGroupConfig streams(String groupId);
}
