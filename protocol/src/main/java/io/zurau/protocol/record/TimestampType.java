package io.zurau.protocol.record;

/// What the timestamps of a batch's records mean.
public enum TimestampType {
    /// When the producer made the record.
    CREATE_TIME("CreateTime"),
    /// When the leader appended the batch; all of its records share it.
    LOG_APPEND_TIME("LogAppendTime");

    private final String kafkaName;

    TimestampType(String kafkaName) {
        this.kafkaName = kafkaName;
    }

    /// The value of `message.timestamp.type`.
    public String kafkaName() {
        return kafkaName;
    }
}
