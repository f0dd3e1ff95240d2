package io.zurau.coordinator.group.streams;

/// The fair share of each member that has not got its share yet.
final class Quota {
    private int tasks;
    private int members;
    private int perMember;

    Quota(int tasks, int members) {
        this.tasks = tasks;
        this.members = members;
        update();
    }

    int perMember() {
        return perMember;
    }

    /// A member has so many tasks now. Those with a full share leave the rest to the others.
    void reached(int count) {
        if (count == perMember) {
            members--;
            tasks -= count;
            update();
        }
    }

    private void update() {
        perMember = members == 0 ? 0 : Math.ceilDiv(tasks, members);
    }
}
