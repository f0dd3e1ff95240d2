package io.zurau.broker.admin;

import io.zurau.broker.Answer;
import io.zurau.broker.RequestContext;
import io.zurau.broker.RequestHandler;
import io.zurau.broker.peer.Refusals;
import io.zurau.metadata.Metadata;
import io.zurau.metadata.image.ClusterImage;
import io.zurau.metadata.image.TopicImage;
import io.zurau.protocol.message.ApiKey;
import io.zurau.protocol.message.ApiResponse;
import io.zurau.protocol.message.MetadataRequest;
import io.zurau.protocol.message.MetadataRequest.MetadataRequestTopic;
import io.zurau.runtime.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Holds an answer to Metadata back a moment if it would name a leader whose process has died: the
/// next leader is being elected. A client that is told of the dead one tries it, and asks again at
/// growing intervals, so it finds the new one long after it could.
///
/// The connection reads on meanwhile, and is answered in the order of its requests, as ever.
public final class HeldBack implements RequestHandler<MetadataRequest> {
    /// About as long as an election takes, that of an active controller included.
    public static final Duration PATIENCE = Duration.ofMillis(300);

    private final RequestHandler<MetadataRequest> answering;
    private final Metadata metadata;
    private final Refusals refusals;
    private final Clock clock;
    private final Duration patience;

    /// @param patience how long an answer is held back at most
    public HeldBack(
            RequestHandler<MetadataRequest> answering,
            Metadata metadata,
            Refusals refusals,
            Clock clock,
            Duration patience) {
        this.answering = answering;
        this.metadata = metadata;
        this.refusals = refusals;
        this.clock = clock;
        this.patience = patience;
    }

    @Override
    public ApiKey api() {
        return ApiKey.METADATA;
    }

    @Override
    public Answer handle(MetadataRequest request, RequestContext context)
            throws InterruptedException {
        return isAboutDeadLeader(request, context, metadata.image())
                ? new Late(withoutCreation(request), context, clock.deadline(patience))
                : answering.handle(request, context);
    }

    private boolean isAboutDeadLeader(
            MetadataRequest request, RequestContext context, ClusterImage image) {
        Set<Integer> dead = refusals.lately(image);
        if (dead.isEmpty()) {
            return false;
        }
        List<MetadataRequestTopic> asked = MetadataHandler.asked(request, context.version());
        if (asked == null) {
            return image.topics().all().stream().anyMatch(topic -> isLedBy(dead, topic));
        }
        List<Optional<TopicImage>> topics = asked.stream().map(each -> find(each, image)).toList();
        // What may have to be created first is answered at once.
        return topics.stream().allMatch(Optional::isPresent)
                && topics.stream().anyMatch(topic -> isLedBy(dead, topic.orElseThrow()));
    }

    /// Whoever waits for the answer may be interrupted, which a creation should not be.
    private static MetadataRequest withoutCreation(MetadataRequest request) {
        return request.toBuilder().allowAutoTopicCreation(false).build();
    }

    private static Optional<TopicImage> find(MetadataRequestTopic asked, ClusterImage image) {
        String name = asked.name();
        return name == null ? image.topics().withId(asked.topicId()) : image.topics().named(name);
    }

    private static boolean isLedBy(Set<Integer> nodes, TopicImage topic) {
        return topic.partitions().stream().anyMatch(each -> nodes.contains(each.leader()));
    }

    private final class Late implements Answer.Pending {
        private final MetadataRequest request;
        private final RequestContext context;
        private final long deadlineNanos;

        Late(MetadataRequest request, RequestContext context, long deadlineNanos) {
            this.request = request;
            this.context = context;
            this.deadlineNanos = deadlineNanos;
        }

        @Override
        public ApiResponse await() throws InterruptedException {
            ClusterImage image = metadata.image();
            while (isAboutDeadLeader(request, context, image)
                    && metadata.awaitChange(image, clock, deadlineNanos)) {
                image = metadata.image();
            }
            return switch (answering.handle(request, context)) {
                case Answer.Ready ready -> ready.response();
                case Answer.Pending pending -> pending.await();
                case Answer.None _, Answer.Closing _ ->
                        throw new IllegalStateException("Metadata is always answered.");
            };
        }
    }
}
