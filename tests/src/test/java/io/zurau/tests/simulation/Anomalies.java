package io.zurau.tests.simulation;

import com.google.errorprone.annotations.FormatMethod;
import io.zurau.tests.simulation.History.Outcome;
import io.zurau.tests.simulation.History.Polled;
import io.zurau.tests.simulation.History.Sent;
import io.zurau.tests.simulation.History.Transaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// Looks in a history for what must not be there: the anomalies that Jepsen's Kafka workload knows,
/// and torn transactions.
final class Anomalies {
    private final History history;
    private final NavigableMap<Place, String> log;
    private final Map<String, Place> placeOf = new HashMap<>(); // For look-ups only.
    private final Map<String, Sent> sendOf = new HashMap<>(); // For look-ups only.
    private final List<Found> found = new ArrayList<>();

    /// What must not be, and which promise it breaks.
    enum Kind {
        /// A record that is committed, or was read, is not there, although later ones are.
        LOST_WRITE(Invariant.NO_ACKNOWLEDGED_RECORD_LOST),
        /// A record that is committed is not read, up to the end.
        UNSEEN(Invariant.NO_ACKNOWLEDGED_RECORD_LOST),
        /// A record is in the log twice.
        DUPLICATE(Invariant.NO_RECORD_DOUBLED_OR_DISORDERED),
        /// Two records were seen at one offset.
        INCONSISTENT_OFFSETS(Invariant.NO_ACKNOWLEDGED_RECORD_LOST),
        /// What nobody has asked to commit is read.
        ABORTED_READ(Invariant.ABORTED_IS_NOT_READ),
        /// A process reads what it has written itself and not yet committed.
        OWN_UNCOMMITTED_READ(Invariant.ABORTED_IS_NOT_READ),
        /// A reader is shown an offset that is not behind the one before.
        NONMONOTONIC_POLL(Invariant.NO_RECORD_DOUBLED_OR_DISORDERED),
        /// What a process sends later lies before what it sent earlier.
        NONMONOTONIC_SEND(Invariant.NO_RECORD_DOUBLED_OR_DISORDERED),
        /// A reader is not shown a record between two that it is shown.
        SKIPPED_POLL(Invariant.NO_ACKNOWLEDGED_RECORD_LOST),
        /// Of a transaction some is read, and some is not.
        TORN_TRANSACTION(Invariant.TRANSACTIONS_ARE_WHOLE);

        private final Invariant invariant;

        Kind(Invariant invariant) {
            this.invariant = invariant;
        }

        Invariant invariant() {
            return invariant;
        }
    }

    record Found(Kind kind, String sentence) {}

    private Anomalies(History history, NavigableMap<Place, String> log) {
        this.history = history;
        this.log = log;
        history.sends().forEach(sent -> sendOf.put(sent.value(), sent));
    }

    /// @param log what is committed in the end, by who read it from the beginning to the end
    static List<Found> in(History history, NavigableMap<Place, String> log) {
        Anomalies anomalies = new Anomalies(history, log);
        anomalies.checkPlaces();
        anomalies.checkTransactions();
        anomalies.checkReads();
        anomalies.checkOrderOfPolls();
        anomalies.checkOrderOfSends();
        return List.copyOf(anomalies.found);
    }

    @FormatMethod
    private void note(Kind kind, String sentence, Object... details) {
        found.add(new Found(kind, sentence.formatted(details)));
    }

    /// One record has one place, and one place one record.
    private void checkPlaces() {
        Map<Place, String> seen = new TreeMap<>(log);
        log.forEach(
                (place, value) -> {
                    Place before = placeOf.putIfAbsent(value, place);
                    if (before != null) {
                        note(Kind.DUPLICATE, "%s is at %s and at %s.", value, before, place);
                    }
                });
        history.polls().forEach(poll -> isAt(seen, poll.place(), poll.value()));
        history.sends().stream()
                .filter(sent -> sent.offset() != History.UNKNOWN_OFFSET)
                .forEach(
                        sent ->
                                isAt(
                                        seen,
                                        new Place(sent.partition(), sent.offset()),
                                        sent.value()));
    }

    private void isAt(Map<Place, String> seen, Place place, String value) {
        String other = seen.putIfAbsent(place, value);
        if (other != null && !other.equals(value)) {
            note(Kind.INCONSISTENT_OFFSETS, "%s and %s were at %s.", value, other, place);
        }
    }

    private void checkTransactions() {
        Map<String, List<Sent>> byTransaction = new TreeMap<>();
        history.sends()
                .forEach(
                        sent ->
                                byTransaction
                                        .computeIfAbsent(
                                                sent.transaction(), any -> new ArrayList<>())
                                        .add(sent));
        byTransaction.forEach((name, sends) -> check(history.transaction(name), sends));
    }

    private void check(Transaction transaction, List<Sent> sends) {
        List<Sent> missing =
                sends.stream().filter(sent -> !placeOf.containsKey(sent.value())).toList();
        if (!missing.isEmpty() && missing.size() < sends.size()) {
            note(
                    Kind.TORN_TRANSACTION,
                    "Of %s (%s) %s are not read, and the others are.",
                    transaction.name(),
                    transaction.outcome(),
                    missing);
        }
        if (transaction.outcome() == Outcome.COMMITTED) {
            missing.forEach(this::noteMissing);
        }
    }

    private void noteMissing(Sent sent) {
        Place place = new Place(sent.partition(), sent.offset());
        Place behind = log.higherKey(place);
        boolean passed =
                sent.offset() != History.UNKNOWN_OFFSET
                        && behind != null
                        && behind.partition() == sent.partition();
        note(
                passed ? Kind.LOST_WRITE : Kind.UNSEEN,
                "%s is committed at %s, and not read.",
                sent.value(),
                place);
    }

    private void checkReads() {
        log.forEach((place, value) -> checkCommitted(value, place));
        for (Polled poll : history.polls()) {
            checkCommitted(poll.value(), poll.place());
            Sent sent = sendOf.get(poll.value());
            if (sent != null && poll.at() < history.transaction(sent.transaction()).askedAt()) {
                note(
                        sent.process().equals(poll.process())
                                ? Kind.OWN_UNCOMMITTED_READ
                                : Kind.ABORTED_READ,
                        "%s read %s at %s before it was to be committed.",
                        poll.process(),
                        poll.value(),
                        poll.place());
            }
            if (!poll.value().equals(log.get(poll.place()))) {
                note(
                        Kind.LOST_WRITE,
                        "%s was read at %s, where in the end %s is.",
                        poll.value(),
                        poll.place(),
                        log.getOrDefault(poll.place(), "nothing"));
            }
        }
    }

    private void checkCommitted(String value, Place place) {
        Sent sent = sendOf.get(value);
        if (sent == null || history.transaction(sent.transaction()).outcome() == Outcome.ABORTED) {
            note(
                    Kind.ABORTED_READ,
                    "%s is read at %s, which nobody asked to commit.",
                    value,
                    place);
        }
    }

    private record Session(String process, int number, int partition) {}

    private void checkOrderOfPolls() {
        Map<Session, Long> last = new HashMap<>(); // For look-ups only.
        for (Polled poll : history.polls()) {
            Place place = poll.place();
            Long before =
                    last.put(
                            new Session(poll.process(), poll.session(), place.partition()),
                            place.offset());
            if (before == null) {
                continue;
            }
            if (before >= place.offset()) {
                note(
                        Kind.NONMONOTONIC_POLL,
                        "%s read %s after offset %d.",
                        poll.process(),
                        place,
                        before);
                continue;
            }
            log.subMap(new Place(place.partition(), before + 1), place)
                    .forEach(
                            (skipped, value) ->
                                    note(
                                            Kind.SKIPPED_POLL,
                                            "%s read offset %d and then %s, without %s at %s.",
                                            poll.process(),
                                            before,
                                            place,
                                            value,
                                            skipped));
        }
    }

    private void checkOrderOfSends() {
        Map<Session, Long> last = new HashMap<>(); // For look-ups only.
        for (Sent sent : history.sends()) {
            if (sent.offset() == History.UNKNOWN_OFFSET) {
                continue;
            }
            Long before = last.put(new Session(sent.process(), 0, sent.partition()), sent.offset());
            if (before != null && before >= sent.offset()) {
                note(
                        Kind.NONMONOTONIC_SEND,
                        "%s sent %s to offset %d of partition %d, after offset %d.",
                        sent.process(),
                        sent.value(),
                        sent.offset(),
                        sent.partition(),
                        before);
            }
        }
    }
}
