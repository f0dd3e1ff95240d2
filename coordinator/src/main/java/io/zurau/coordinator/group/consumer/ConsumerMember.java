package io.zurau.coordinator.group.consumer;

/// A member of a consumer group (KIP-848), whichever protocol it speaks.
public record ConsumerMember(String id, Profile profile, Progress progress) {
    public boolean isClassic() {
        return profile.isClassic();
    }

    public int epoch() {
        return progress.epoch();
    }
}
