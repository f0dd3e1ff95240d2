package io.zurau.client;

import io.zurau.protocol.ErrorCode;
import io.zurau.protocol.message.InitProducerIdRequest;
import io.zurau.protocol.message.InitProducerIdResponse;
import io.zurau.protocol.record.RecordBatch;

/// Who a producer is to the brokers, which drop what the same one sends twice (KIP-98).
record ProducerIdentity(long id, short epoch) {
    static final ProducerIdentity NONE =
            new ProducerIdentity(RecordBatch.NO_PRODUCER_ID, RecordBatch.NO_PRODUCER_EPOCH);

    boolean isNone() {
        return id == RecordBatch.NO_PRODUCER_ID;
    }

    /// Asks for an identity that nobody had before.
    static ProducerIdentity ask(Cluster cluster) {
        InitProducerIdRequest request =
                InitProducerIdRequest.builder()
                        .transactionalId(null)
                        .transactionTimeoutMs(Integer.MAX_VALUE)
                        .build();
        InitProducerIdResponse answer = cluster.askAny(request, InitProducerIdResponse.class);
        ErrorCode error = ErrorCode.forCode(answer.errorCode());
        if (error != ErrorCode.NONE) {
            throw new ClientFailure.Refused("Asking for a producer id", error);
        }
        return new ProducerIdentity(answer.producerId(), answer.producerEpoch());
    }
}
