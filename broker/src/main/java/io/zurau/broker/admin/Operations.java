package io.zurau.broker.admin;

/// The sets of operations that a client may do, as bits numbered as in Kafka's ACLs. Nothing is
/// forbidden here, so they are all that there are.
final class Operations {
    /// What an answer says when the client did not ask.
    static final int NOT_ASKED = Integer.MIN_VALUE;

    private static final int READ = 3;
    private static final int WRITE = 4;
    private static final int CREATE = 5;
    private static final int DELETE = 6;
    private static final int ALTER = 7;
    private static final int DESCRIBE = 8;
    private static final int CLUSTER_ACTION = 9;
    private static final int DESCRIBE_CONFIGS = 10;
    private static final int ALTER_CONFIGS = 11;
    private static final int IDEMPOTENT_WRITE = 12;

    private static final int ON_CLUSTER =
            bits(
                    CREATE,
                    ALTER,
                    DESCRIBE,
                    CLUSTER_ACTION,
                    DESCRIBE_CONFIGS,
                    ALTER_CONFIGS,
                    IDEMPOTENT_WRITE);
    private static final int ON_TOPIC =
            bits(READ, WRITE, CREATE, DELETE, ALTER, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS);

    private Operations() {}

    static int onCluster(boolean asked) {
        return asked ? ON_CLUSTER : NOT_ASKED;
    }

    static int onTopic(boolean asked) {
        return asked ? ON_TOPIC : NOT_ASKED;
    }

    private static int bits(int... operations) {
        int bits = 0;
        for (int operation : operations) {
            bits |= 1 << operation;
        }
        return bits;
    }
}
