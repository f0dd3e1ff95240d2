package io.zurau.log;

import io.zurau.protocol.record.ControlRecords.EndTransactionMarker;
import io.zurau.protocol.record.RecordBatch;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Which batches of an append end transactions, and how. Mostly none.
///
/// @param byPlace by the batch's place among the batches, from 0
record Markers(Map<Integer, EndTransactionMarker> byPlace) {
    static final Markers NONE = new Markers(Map.of());

    static Markers of(List<RecordBatch> batches, Codecs codecs) {
        Map<Integer, EndTransactionMarker> markers = new TreeMap<>();
        for (int i = 0; i < batches.size(); i++) {
            EndTransactionMarker marker = ProducerStates.markerOf(batches.get(i), codecs);
            if (marker != null) {
                markers.put(i, marker);
            }
        }
        return markers.isEmpty() ? NONE : new Markers(markers);
    }

    /// Null if the batch ends no transaction.
    @Nullable EndTransactionMarker at(int place) {
        return byPlace.get(place);
    }
}
