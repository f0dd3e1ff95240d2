package io.zurau.coordinator.group.share;

import io.zurau.coordinator.group.kind.Assignment;
import java.util.Collections;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/// A member of a share group.
///
/// @param topics that it has subscribed to
/// @param epoch the assignment epoch that it has reached
/// @param previousEpoch the one before: the member may not have heard of the new one
/// @param assigned what it has
record ShareMember(
        String id,
        @Nullable String rackId,
        String clientId,
        String clientHost,
        SortedSet<String> topics,
        int epoch,
        int previousEpoch,
        Assignment assigned) {
    private static final int NO_EPOCH = -1;

    ShareMember {
        topics = Collections.unmodifiableSortedSet(topics);
    }

    static ShareMember fresh(String id) {
        return new ShareMember(
                id, null, "", "", Collections.emptySortedSet(), 0, NO_EPOCH, Assignment.NONE);
    }

    ShareMember with(
            @Nullable String newRackId,
            String newClientId,
            String newClientHost,
            SortedSet<String> newTopics) {
        return new ShareMember(
                id,
                newRackId,
                newClientId,
                newClientHost,
                newTopics,
                epoch,
                previousEpoch,
                assigned);
    }

    ShareMember with(int newEpoch, int newPreviousEpoch, Assignment newAssigned) {
        return new ShareMember(
                id, rackId, clientId, clientHost, topics, newEpoch, newPreviousEpoch, newAssigned);
    }
}
