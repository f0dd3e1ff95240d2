package io.zurau.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.zurau.coordinator.group.share.ShareStateChange;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ShareGroupTest {
    @Test
    void aFirstMemberGetsPartitionsOnceTheShareCoordinatorKeepsThem() {
        ShareScript script = new ShareScript(ShareScript.QUICK).topic(2);

        script.join("a");
        script.kept();
        script.beat("a");
        script.beat("a");

        assertThat(script.text())
                .isEqualTo(
                        """
                        """);
    }

    @Test
    void aSecondMemberSharesAndTakesAllWhenTheFirstIsSilent() {
        ShareScript script = withOneMember(2);

        script.join("b");
        script.beat("a");
        script.pass(30_000);
        script.beat("b");
        script.pass(30_000);
        script.beat("b");

        assertThat(script.text())
                .isEqualTo(
                        """
                        """);
    }

    @Test
    void whoIsBehindOrAheadOrUnknownIsRefused() {
        ShareScript script = withOneMember(1);

        script.beat("a", 1);
        script.beat("a", 9);
        script.beat("b", 1);
        script.beat("b", -1);
        script.beat("a", -2);
        script.beat("a", -1);
        script.beat("a", 3);

        assertThat(script.text())
                .isEqualTo(
                        """
                        """);
    }

    @Test
    void aShardThatIsLoadedAgainGoesOn() {
        ShareScript script = withOneMember(2).reloaded();

        script.beat("a");
        script.topic(3);
        script.beat("a");
        script.notKept();
        script.beat("a");
        script.kept();
        script.beat("a");

        assertThat(script.text())
                .isEqualTo(
                        """
                        """);
    }

    @Test
    void offsetsMoveAndGoOnlyWithoutMembers() {
        ShareScript script = withOneMember(1);
        Map<String, Map<Integer, Long>> offsets = Map.of(ShareScript.TOPIC, Map.of(0, 5L));

        script.change("moves", new ShareStateChange.Move(offsets));
        script.change("deletes", new ShareStateChange.DeleteTopics(List.of(ShareScript.TOPIC)));
        script.change("deletes all", new ShareStateChange.DeleteAll());
        script.beat("a", -1);
        script.change("moves", new ShareStateChange.Move(offsets));
        script.change("deletes", new ShareStateChange.DeleteTopics(List.of(ShareScript.TOPIC)));
        script.change("deleted", new ShareStateChange.Deleted(Set.of(ShareScript.TOPIC_ID)));

        assertThat(script.text())
                .isEqualTo(
                        """
                        """);
    }

    /// It has all partitions.
    private static ShareScript withOneMember(int partitions) {
        ShareScript script = new ShareScript(ShareScript.QUICK).topic(partitions);
        script.join("a");
        script.kept();
        script.beat("a");
        return script.quietly();
    }
}
