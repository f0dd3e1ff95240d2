package io.zurau.coordinator.group;

import io.zurau.protocol.MalformedMessage;
import io.zurau.protocol.ProtocolReader;
import io.zurau.protocol.message.ConsumerProtocolSubscription;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The topics in the subscriptions of consumers, the only members whose metadata the broker reads:
/// offsets of a topic that is subscribed to neither expire nor may be deleted.
final class ConsumerSubscription {
    static final String PROTOCOL_TYPE = "consumer";

    private ConsumerSubscription() {}

    /// @return null if the members are no consumers, or one's subscription cannot be read
    static @Nullable Set<String> topics(
            @Nullable String protocolType, @Nullable String protocol, Members members) {
        if (!PROTOCOL_TYPE.equals(protocolType)) {
            return null;
        }
        if (members.isEmpty()) {
            return Set.of();
        }
        if (protocol == null) {
            return null;
        }
        Set<String> topics = new TreeSet<>();
        for (Member member : members.all()) {
            try {
                topics.addAll(topicsOf(member.metadata(protocol)));
            } catch (MalformedMessage e) {
                return null;
            }
        }
        return topics;
    }

    /// Every version of a subscription begins like version 0.
    private static List<String> topicsOf(ByteBuffer subscription) {
        ProtocolReader in = new ProtocolReader(subscription.duplicate());
        var _ = in.readShort(); // The version.
        return ConsumerProtocolSubscription.read(in, 0).topics();
    }
}
