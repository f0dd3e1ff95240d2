package io.zurau.protocol.generator;

import io.zurau.protocol.generator.Schema.Kind;
import io.zurau.protocol.generator.Schema.Source;
import java.util.Optional;

/// Records that are stored in one log and told apart by their type: the keys or values of a
/// coordinator's topic, or the metadata log's records.
///
/// @param interfaceName the sealed interface that they implement
record Family(String interfaceName, Kind kind) {
    static Optional<Family> of(Schema schema) {
        String owner =
                switch (schema.source()) {
                    case GROUP_COORDINATOR -> "Group";
                    case TRANSACTION_COORDINATOR -> "Transaction";
                    case SHARE_COORDINATOR -> "Share";
                    case METADATA, CLIENTS, STORAGE -> "";
                };
        return switch (schema.kind()) {
            case COORDINATOR_KEY -> Optional.of(new Family(owner + "RecordKey", schema.kind()));
            case COORDINATOR_VALUE -> Optional.of(new Family(owner + "RecordValue", schema.kind()));
            case METADATA ->
                    // The remote log's records call themselves metadata too, but live elsewhere.
                    schema.source() == Source.METADATA
                            ? Optional.of(new Family("MetadataRecord", schema.kind()))
                            : Optional.empty();
            case REQUEST, RESPONSE, HEADER, DATA -> Optional.empty();
        };
    }
}
