package io.zurau.protocol.message;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.protocol.ApiKeys;

/// Every message there is, with its twin of Kafka's.
final class Pairs {
    private static final String CLIENTS = "org.apache.kafka.common.message.";

    private Pairs() {}

    static List<Pair> requestsAndResponses() {
        List<Pair> pairs = new ArrayList<>();
        for (ApiKeys key : ApiKeys.values()) {
            if (key.hasValidVersion()) {
                pairs.add(request(key));
                pairs.add(response(key));
            }
        }
        return pairs;
    }

    static Pair request(ApiKeys key) {
        return Pair.of(key.name + "Request", CLIENTS + key.name + "RequestData");
    }

    static Pair response(ApiKeys key) {
        return Pair.of(key.name + "Response", CLIENTS + key.name + "ResponseData");
    }

    /// Headers, consumer protocol, control records.
    static List<Pair> headersAndData() {
        List<Pair> pairs = new ArrayList<>();
        pairs.add(Pair.of("RequestHeader", CLIENTS + "RequestHeaderData"));
        pairs.add(Pair.of("ResponseHeader", CLIENTS + "ResponseHeaderData"));
        for (String name :
                List.of(
                        "AbortedTxn",
                        "ConsumerProtocolAssignment",
                        "ConsumerProtocolSubscription",
                        "ControlRecordTypeSchema",
                        "DefaultPrincipalData",
                        "EndTxnMarker",
                        "KRaftVersionRecord",
                        "LeaderChangeMessage",
                        "SnapshotFooterRecord",
                        "SnapshotHeaderRecord",
                        "VotersRecord")) {
            pairs.add(Pair.of(name, CLIENTS + name));
        }
        return pairs;
    }

    /// What the coordinators, the controller and the log store.
    static List<Pair> records() {
        List<Pair> pairs = new ArrayList<>();
        pairs.addAll(family(GroupRecordKey.class, "org.apache.kafka.coordinator.group.generated."));
        pairs.addAll(
                family(GroupRecordValue.class, "org.apache.kafka.coordinator.group.generated."));
        String transactions = "org.apache.kafka.coordinator.transaction.generated.";
        pairs.addAll(family(TransactionRecordKey.class, transactions));
        pairs.addAll(family(TransactionRecordValue.class, transactions));
        pairs.addAll(family(ShareRecordKey.class, "org.apache.kafka.coordinator.share.generated."));
        pairs.addAll(
                family(ShareRecordValue.class, "org.apache.kafka.coordinator.share.generated."));
        pairs.addAll(family(MetadataRecord.class, "org.apache.kafka.common.metadata."));
        for (String name :
                List.of(
                        "ProducerSnapshot",
                        "RemoteLogSegmentMetadataRecord",
                        "RemoteLogSegmentMetadataSnapshotRecord",
                        "RemoteLogSegmentMetadataUpdateRecord",
                        "RemotePartitionDeleteMetadataRecord")) {
            pairs.add(
                    Pair.of(
                            name,
                            "org.apache.kafka.server.log.remote.metadata.storage.generated."
                                    + name));
        }
        return pairs;
    }

    static List<Pair> family(Class<?> sealed, String kafkaPackage) {
        List<Pair> pairs = new ArrayList<>();
        for (Class<?> member : sealed.getPermittedSubclasses()) {
            pairs.add(Pair.of(member.getSimpleName(), kafkaPackage + member.getSimpleName()));
        }
        return pairs;
    }

    static List<Pair> all() {
        List<Pair> pairs = new ArrayList<>(requestsAndResponses());
        pairs.addAll(headersAndData());
        pairs.addAll(records());
        return pairs;
    }
}
