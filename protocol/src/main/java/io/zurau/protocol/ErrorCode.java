package io.zurau.protocol;

/// The error codes of Kafka's protocol, named as Kafka names them.
public enum ErrorCode {
    UNKNOWN_SERVER_ERROR(-1, Retry.NO, "The server failed in a way that it did not expect."),
    NONE(0, Retry.NO, "No error."),
    OFFSET_OUT_OF_RANGE(1, Retry.NO, "The offset is outside the partition's log."),
    CORRUPT_MESSAGE(
            2,
            Retry.YES,
            "The records are corrupt, too large, or lack a key that compaction needs."),
    UNKNOWN_TOPIC_OR_PARTITION(3, Retry.YES, "This broker has no such partition."),
    INVALID_FETCH_SIZE(4, Retry.NO, "The fetch size is out of range."),
    LEADER_NOT_AVAILABLE(5, Retry.YES, "The partition has no leader at the moment."),
    NOT_LEADER_OR_FOLLOWER(
            6, Retry.YES, "This broker does not lead the partition, or is no replica of it."),
    REQUEST_TIMED_OUT(7, Retry.YES, "The request could not be completed in time."),
    BROKER_NOT_AVAILABLE(8, Retry.NO, "The broker cannot be reached."),
    REPLICA_NOT_AVAILABLE(9, Retry.YES, "The replica is not available on this broker."),
    MESSAGE_TOO_LARGE(10, Retry.NO, "The record batch exceeds the size that the topic allows."),
    STALE_CONTROLLER_EPOCH(11, Retry.NO, "The controller's epoch is outdated."),
    OFFSET_METADATA_TOO_LARGE(12, Retry.NO, "The text beside the committed offset is too long."),
    NETWORK_EXCEPTION(13, Retry.YES, "The connection broke before the answer arrived."),
    COORDINATOR_LOAD_IN_PROGRESS(14, Retry.YES, "The coordinator is still loading its state."),
    COORDINATOR_NOT_AVAILABLE(15, Retry.YES, "There is no coordinator at the moment."),
    NOT_COORDINATOR(16, Retry.YES, "This broker is not the coordinator."),
    INVALID_TOPIC_EXCEPTION(17, Retry.NO, "The topic's name is not valid for this operation."),
    RECORD_LIST_TOO_LARGE(18, Retry.NO, "The record batch exceeds the segment size."),
    NOT_ENOUGH_REPLICAS(19, Retry.YES, "Fewer replicas are in sync than the topic demands."),
    NOT_ENOUGH_REPLICAS_AFTER_APPEND(
            20,
            Retry.YES,
            "The records were written, but to fewer in-sync replicas than the topic demands."),
    INVALID_REQUIRED_ACKS(21, Retry.NO, "The acks must be 0, 1 or -1."),
    ILLEGAL_GENERATION(22, Retry.NO, "The group has another generation."),
    INCONSISTENT_GROUP_PROTOCOL(23, Retry.NO, "The member and its group share no protocol."),
    INVALID_GROUP_ID(24, Retry.NO, "The group id is not valid."),
    UNKNOWN_MEMBER_ID(25, Retry.NO, "The group has no such member."),
    INVALID_SESSION_TIMEOUT(
            26, Retry.NO, "The session timeout is outside the range that the broker allows."),
    REBALANCE_IN_PROGRESS(27, Retry.NO, "The group is rebalancing; the member must rejoin."),
    INVALID_COMMIT_OFFSET_SIZE(28, Retry.NO, "The offsets to commit are too large together."),
    TOPIC_AUTHORIZATION_FAILED(29, Retry.NO, "The topic may not be used by this principal."),
    GROUP_AUTHORIZATION_FAILED(30, Retry.NO, "The group may not be used by this principal."),
    CLUSTER_AUTHORIZATION_FAILED(31, Retry.NO, "The principal has no such right on the cluster."),
    INVALID_TIMESTAMP(32, Retry.NO, "The record's timestamp is out of range."),
    UNSUPPORTED_SASL_MECHANISM(33, Retry.NO, "The SASL mechanism is not enabled."),
    ILLEGAL_SASL_STATE(34, Retry.NO, "The request does not fit the state of the authentication."),
    UNSUPPORTED_VERSION(35, Retry.NO, "The version of the API is not supported."),
    TOPIC_ALREADY_EXISTS(36, Retry.NO, "A topic of this name exists already."),
    INVALID_PARTITIONS(37, Retry.NO, "The number of partitions is not valid."),
    INVALID_REPLICATION_FACTOR(
            38, Retry.NO, "The replication factor is below one or exceeds the number of brokers."),
    INVALID_REPLICA_ASSIGNMENT(39, Retry.NO, "The replica assignment is not valid."),
    INVALID_CONFIG(40, Retry.NO, "The setting or its value is not valid."),
    NOT_CONTROLLER(41, Retry.YES, "This node is not the active controller."),
    INVALID_REQUEST(42, Retry.NO, "The request contradicts the protocol."),
    UNSUPPORTED_FOR_MESSAGE_FORMAT(
            43, Retry.NO, "The records' format does not support the request."),
    POLICY_VIOLATION(44, Retry.NO, "The request violates a policy of the cluster."),
    OUT_OF_ORDER_SEQUENCE_NUMBER(45, Retry.NO, "The producer's sequence number leaves a gap."),
    DUPLICATE_SEQUENCE_NUMBER(46, Retry.NO, "The producer's sequence number was used before."),
    INVALID_PRODUCER_EPOCH(47, Retry.NO, "The producer's epoch is outdated."),
    INVALID_TXN_STATE(48, Retry.NO, "The transaction's state does not allow the operation."),
    INVALID_PRODUCER_ID_MAPPING(
            49, Retry.NO, "The producer id does not belong to the transactional id."),
    INVALID_TRANSACTION_TIMEOUT(
            50, Retry.NO, "The transaction timeout exceeds the broker's limit."),
    CONCURRENT_TRANSACTIONS(51, Retry.YES, "Another operation on the transaction is under way."),
    TRANSACTION_COORDINATOR_FENCED(
            52, Retry.NO, "The transaction marker comes from an outdated coordinator."),
    TRANSACTIONAL_ID_AUTHORIZATION_FAILED(
            53, Retry.NO, "The transactional id may not be used by this principal."),
    SECURITY_DISABLED(54, Retry.NO, "The cluster has no authorizer."),
    OPERATION_NOT_ATTEMPTED(
            55, Retry.NO, "The operation was not tried because another in the request failed."),
    KAFKA_STORAGE_ERROR(56, Retry.YES, "The log directory has failed."),
    LOG_DIR_NOT_FOUND(57, Retry.NO, "The broker has no such log directory."),
    SASL_AUTHENTICATION_FAILED(58, Retry.NO, "The authentication failed."),
    UNKNOWN_PRODUCER_ID(59, Retry.NO, "The partition knows nothing of this producer."),
    REASSIGNMENT_IN_PROGRESS(60, Retry.NO, "The partition is being reassigned."),
    DELEGATION_TOKEN_AUTH_DISABLED(61, Retry.NO, "Delegation tokens are not enabled."),
    DELEGATION_TOKEN_NOT_FOUND(62, Retry.NO, "There is no such delegation token."),
    DELEGATION_TOKEN_OWNER_MISMATCH(
            63, Retry.NO, "The principal neither owns nor may renew the delegation token."),
    DELEGATION_TOKEN_REQUEST_NOT_ALLOWED(
            64, Retry.NO, "Delegation tokens cannot be requested over this connection."),
    DELEGATION_TOKEN_AUTHORIZATION_FAILED(
            65, Retry.NO, "The delegation token may not be used by this principal."),
    DELEGATION_TOKEN_EXPIRED(66, Retry.NO, "The delegation token has expired."),
    INVALID_PRINCIPAL_TYPE(67, Retry.NO, "The type of principal is not supported."),
    NON_EMPTY_GROUP(68, Retry.NO, "The group still has members."),
    GROUP_ID_NOT_FOUND(69, Retry.NO, "There is no such group."),
    FETCH_SESSION_ID_NOT_FOUND(70, Retry.YES, "There is no such fetch session."),
    INVALID_FETCH_SESSION_EPOCH(71, Retry.YES, "The fetch session has another epoch."),
    LISTENER_NOT_FOUND(
            72, Retry.YES, "The leader has no listener of the name on which the request came."),
    TOPIC_DELETION_DISABLED(73, Retry.NO, "Deleting topics is disabled."),
    FENCED_LEADER_EPOCH(74, Retry.YES, "The leader epoch is older than the broker's."),
    UNKNOWN_LEADER_EPOCH(75, Retry.YES, "The leader epoch is newer than the broker's."),
    UNSUPPORTED_COMPRESSION_TYPE(
            76, Retry.NO, "The client cannot read the partition's compression codec."),
    STALE_BROKER_EPOCH(77, Retry.NO, "The broker's epoch is outdated."),
    OFFSET_NOT_AVAILABLE(78, Retry.YES, "The new leader does not know its high watermark yet."),
    MEMBER_ID_REQUIRED(
            79, Retry.NO, "The member must join again with the member id that it was given."),
    PREFERRED_LEADER_NOT_AVAILABLE(80, Retry.YES, "The preferred leader is not available."),
    GROUP_MAX_SIZE_REACHED(81, Retry.NO, "The group has as many members as it may have."),
    FENCED_INSTANCE_ID(82, Retry.NO, "Another member has taken over the group instance id."),
    ELIGIBLE_LEADERS_NOT_AVAILABLE(83, Retry.YES, "No replica is eligible to lead the partition."),
    ELECTION_NOT_NEEDED(84, Retry.YES, "The partition needs no election."),
    NO_REASSIGNMENT_IN_PROGRESS(85, Retry.NO, "The partition is not being reassigned."),
    GROUP_SUBSCRIBED_TO_TOPIC(86, Retry.NO, "The group is subscribed to the topic."),
    INVALID_RECORD(87, Retry.NO, "A record is not valid for its topic."),
    UNSTABLE_OFFSET_COMMIT(
            88, Retry.YES, "A transaction with offsets of the partition is still open."),
    THROTTLING_QUOTA_EXCEEDED(89, Retry.YES, "The quota is exhausted."),
    PRODUCER_FENCED(90, Retry.NO, "A newer producer uses the transactional id."),
    RESOURCE_NOT_FOUND(91, Retry.NO, "There is no such resource."),
    DUPLICATE_RESOURCE(92, Retry.NO, "The request names a resource twice."),
    UNACCEPTABLE_CREDENTIAL(93, Retry.NO, "The credential does not meet the requirements."),
    INCONSISTENT_VOTER_SET(94, Retry.NO, "The sender or the receiver is not one of the voters."),
    INVALID_UPDATE_VERSION(95, Retry.NO, "The feature cannot be set to this version."),
    FEATURE_UPDATE_FAILED(96, Retry.NO, "The features could not be updated."),
    PRINCIPAL_DESERIALIZATION_FAILURE(97, Retry.NO, "The forwarded principal could not be read."),
    SNAPSHOT_NOT_FOUND(98, Retry.NO, "There is no such snapshot."),
    POSITION_OUT_OF_RANGE(99, Retry.NO, "The position is outside the snapshot."),
    UNKNOWN_TOPIC_ID(100, Retry.YES, "This broker has no topic with this id."),
    DUPLICATE_BROKER_REGISTRATION(101, Retry.NO, "Another running broker has this id."),
    BROKER_ID_NOT_REGISTERED(102, Retry.NO, "No broker is registered with this id."),
    INCONSISTENT_TOPIC_ID(103, Retry.YES, "The log belongs to another topic id."),
    INCONSISTENT_CLUSTER_ID(104, Retry.NO, "The request is meant for another cluster."),
    TRANSACTIONAL_ID_NOT_FOUND(105, Retry.NO, "There is no such transactional id."),
    FETCH_SESSION_TOPIC_ID_ERROR(
            106, Retry.YES, "The fetch session mixes requests with and without topic ids."),
    INELIGIBLE_REPLICA(
            107, Retry.NO, "The new in-sync replicas contain one that may not be among them."),
    NEW_LEADER_ELECTED(108, Retry.NO, "The partition was changed, and with it the leader."),
    OFFSET_MOVED_TO_TIERED_STORAGE(109, Retry.NO, "The offset is in tiered storage only."),
    FENCED_MEMBER_EPOCH(
            110, Retry.NO, "The member was fenced; it must give up its partitions and rejoin."),
    UNRELEASED_INSTANCE_ID(111, Retry.NO, "Another member still uses the group instance id."),
    UNSUPPORTED_ASSIGNOR(112, Retry.NO, "The group does not support the assignor."),
    STALE_MEMBER_EPOCH(
            113, Retry.NO, "The member's epoch is outdated; it gets the new one by a heartbeat."),
    MISMATCHED_ENDPOINT_TYPE(114, Retry.NO, "The request was sent to the wrong kind of endpoint."),
    UNSUPPORTED_ENDPOINT_TYPE(115, Retry.NO, "This kind of endpoint is not supported."),
    UNKNOWN_CONTROLLER_ID(116, Retry.NO, "There is no such controller."),
    UNKNOWN_SUBSCRIPTION_ID(117, Retry.NO, "The telemetry subscription is unknown or outdated."),
    TELEMETRY_TOO_LARGE(118, Retry.NO, "The telemetry exceeds the size that the broker accepts."),
    INVALID_REGISTRATION(119, Retry.NO, "The broker's registration is not valid."),
    TRANSACTION_ABORTABLE(
            120,
            Retry.NO,
            "The transaction failed and must be aborted; the transactional id remains usable."),
    INVALID_RECORD_STATE(
            121, Retry.NO, "The record's delivery state does not allow this acknowledgement."),
    SHARE_SESSION_NOT_FOUND(122, Retry.YES, "There is no such share session."),
    INVALID_SHARE_SESSION_EPOCH(123, Retry.YES, "The share session has another epoch."),
    FENCED_STATE_EPOCH(124, Retry.NO, "The share partition's state has another epoch."),
    INVALID_VOTER_KEY(125, Retry.NO, "The voter's key is not that of the receiving replica."),
    DUPLICATE_VOTER(126, Retry.NO, "The voter is in the voter set already."),
    VOTER_NOT_FOUND(127, Retry.NO, "The voter is not in the voter set."),
    INVALID_REGULAR_EXPRESSION(128, Retry.NO, "The regular expression is not valid."),
    REBOOTSTRAP_REQUIRED(
            129, Retry.NO, "The client's metadata is outdated; it must bootstrap again."),
    STREAMS_INVALID_TOPOLOGY(130, Retry.NO, "The streams topology is not valid."),
    STREAMS_INVALID_TOPOLOGY_EPOCH(
            131, Retry.NO, "The epoch of the streams topology is not valid."),
    STREAMS_TOPOLOGY_FENCED(132, Retry.NO, "The epoch of the streams topology is outdated."),
    SHARE_SESSION_LIMIT_REACHED(
            133, Retry.YES, "There are as many share sessions as there may be."),
    GROUP_DELETION_FAILED(134, Retry.NO, "The group could not be deleted."),
    STREAMS_TOPOLOGY_DESCRIPTION_UPDATE_FAILED(
            135, Retry.NO, "The description of the streams topology could not be updated."),
    CONTROLLER_ID_NOT_REGISTERED(136, Retry.NO, "No controller is registered with this id.");

    private enum Retry {
        YES,
        NO
    }

    private static final int LOWEST = -1;
    private static final ErrorCode[] BY_CODE = values(); // Ascending without gaps, from LOWEST.

    private final short code;
    private final Retry retry;
    private final String message;

    ErrorCode(int code, Retry retry, String message) {
        this.code = (short) code;
        this.retry = retry;
        this.message = message;
    }

    /// Codes that we do not know are unknown server errors.
    public static ErrorCode forCode(int code) {
        int index = code - LOWEST;
        return index < 0 || index >= BY_CODE.length ? UNKNOWN_SERVER_ERROR : BY_CODE[index];
    }

    /// As on the wire.
    public short code() {
        return code;
    }

    /// Whether the same request may succeed later.
    public boolean retriable() {
        return retry == Retry.YES;
    }

    /// One sentence for people.
    public String message() {
        return message;
    }
}
