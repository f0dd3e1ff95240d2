package io.zurau.broker.data;

import java.util.Set;

/// The topics that brokers keep their own state in, named as Kafka names them.
final class InternalTopics {
    private static final Set<String> NAMES =
            Set.of("__consumer_offsets", "__transaction_state", "__share_group_state");

    private InternalTopics() {}

    static boolean contains(String topic) {
        return NAMES.contains(topic);
    }
}
