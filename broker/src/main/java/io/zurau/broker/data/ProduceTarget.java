package io.zurau.broker.data;

import io.zurau.broker.partition.Located;
import io.zurau.protocol.message.ProduceRequest.PartitionProduceData;
import io.zurau.protocol.message.ProduceRequest.TopicProduceData;
import io.zurau.protocol.record.RecordBatch;
import java.util.Optional;

/// Where one batch of a produce request is to go.
///
/// @param batch its header; empty if there is none
record ProduceTarget(
        TopicProduceData topic,
        PartitionProduceData partition,
        Located located,
        Optional<RecordBatch> batch) {

    int index() {
        return partition.index();
    }

    boolean isTransactional() {
        return batch.isPresent() && batch.get().isTransactional();
    }
}
