package io.zurau.coordinator.group.config;

import io.zurau.runtime.settings.InvalidSetting;
import io.zurau.runtime.settings.Setting;
import io.zurau.runtime.settings.Settings;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The settings that groups of one protocol have, and what must hold between them.
///
/// @param bounded numbers that the broker bounds
/// @param others all the rest
/// @param sessionTimeout one of `bounded`; must be longer than the heartbeat interval
record KindOfGroup(
        List<BoundedSetting> bounded,
        List<Setting<?>> others,
        BoundedSetting sessionTimeout,
        BoundedSetting heartbeatInterval) {

    Stream<Setting<?>> settings() {
        return Stream.concat(bounded.stream().map(BoundedSetting::group), others.stream());
    }

    /// Why a group cannot be set so; empty if it can.
    Optional<String> problem(Settings group, Settings broker) {
        return bounded.stream()
                .flatMap(setting -> setting.problem(group, broker).stream())
                .findFirst()
                .or(() -> sessionProblem(group, broker));
    }

    /// What the broker alone says is checked at its start.
    private Optional<String> sessionProblem(Settings group, Settings broker) {
        boolean given =
                group.isGiven(sessionTimeout.group()) || group.isGiven(heartbeatInterval.group());
        return given
                        && sessionTimeout.value(group, broker)
                                <= heartbeatInterval.value(group, broker)
                ? Optional.of(
                        "%s must be greater than %s."
                                .formatted(
                                        sessionTimeout.group().key(),
                                        heartbeatInterval.group().key()))
                : Optional.empty();
    }

    /// @throws InvalidSetting if the broker's settings contradict each other
    void check(Settings broker, Settings groupWithoutSettings) {
        bounded.forEach(setting -> setting.check(broker));
        if (sessionTimeout.value(groupWithoutSettings, broker)
                <= heartbeatInterval.value(groupWithoutSettings, broker)) {
            String key = String.valueOf(onBroker(sessionTimeout));
            throw new InvalidSetting(
                    key, "%s must be greater than %s.".formatted(key, onBroker(heartbeatInterval)));
        }
    }

    private static String onBroker(BoundedSetting setting) {
        Setting<?> broker = setting.group().onBroker();
        return broker == null ? setting.group().key() : broker.key();
    }
}
