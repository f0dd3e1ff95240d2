package io.zurau.runtime.settings;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// All keys that may be given in one place: a server's file, a topic's configuration.
///
/// Besides its settings it knows keys that are *without effect*, accepted with a notice of why, and
/// *retired* ones, refused with a hint. Of both, a key that ends with `*` stands for all that begin
/// alike.
public final class SettingCatalog {
    private final Map<String, Setting<?>> byKey; // Synonyms too; in the order they were listed.
    private final Map<String, String> reasonsWithoutEffect;
    private final Map<String, String> hintsOfRetired;

    private SettingCatalog(
            Map<String, Setting<?>> byKey,
            Map<String, String> reasonsWithoutEffect,
            Map<String, String> hintsOfRetired) {
        this.byKey = byKey;
        this.reasonsWithoutEffect = reasonsWithoutEffect;
        this.hintsOfRetired = hintsOfRetired;
    }

    public static SettingCatalog of(Collection<? extends Setting<?>> settings) {
        Map<String, Setting<?>> byKey = new LinkedHashMap<>();
        for (Setting<?> setting : settings) {
            for (String key : setting.keys()) {
                if (byKey.put(key, setting) != null) {
                    throw new IllegalArgumentException("Setting " + key + " is listed twice.");
                }
            }
        }
        return new SettingCatalog(byKey, Map.of(), Map.of());
    }

    /// @param reasons by key; each completes "… has no effect: "
    public SettingCatalog withoutEffect(Map<String, String> reasons) {
        return new SettingCatalog(byKey, joined(reasonsWithoutEffect, reasons), hintsOfRetired);
    }

    /// @param hints by key; each completes "… is not supported any more: "
    public SettingCatalog retired(Map<String, String> hints) {
        return new SettingCatalog(byKey, reasonsWithoutEffect, joined(hintsOfRetired, hints));
    }

    /// This catalog and what another component adds.
    public SettingCatalog plus(SettingCatalog other) {
        List<Setting<?>> all = new ArrayList<>(settings());
        all.addAll(other.settings());
        return of(all).withoutEffect(joined(reasonsWithoutEffect, other.reasonsWithoutEffect))
                .retired(joined(hintsOfRetired, other.hintsOfRetired));
    }

    private static Map<String, String> joined(Map<String, String> some, Map<String, String> more) {
        Map<String, String> all = new TreeMap<>(some);
        all.putAll(more);
        return all;
    }

    /// In the order they were listed.
    public List<Setting<?>> settings() {
        return byKey.values().stream().distinct().<Setting<?>>map(s -> s).toList();
    }

    /// By key or synonym.
    public Optional<Setting<?>> find(String key) {
        return Optional.ofNullable(byKey.get(key));
    }

    /// What to tell about a key that is no setting of this catalog.
    ///
    /// @throws InvalidSetting if it is not accepted
    String noticeOf(String key) {
        Optional<String> reason = lookUp(reasonsWithoutEffect, key);
        if (reason.isPresent()) {
            return "%s has no effect: %s".formatted(key, reason.get());
        }
        Optional<String> hint = lookUp(hintsOfRetired, key);
        if (hint.isPresent()) {
            throw new InvalidSetting(
                    key, "%s is not supported any more: %s".formatted(key, hint.get()));
        }
        throw new InvalidSetting(key, "Unknown setting \"%s\"%s".formatted(key, suggestion(key)));
    }

    private static Optional<String> lookUp(Map<String, String> texts, String key) {
        String exact = texts.get(key);
        if (exact != null) {
            return Optional.of(exact);
        }
        return texts.entrySet().stream()
                .filter(entry -> entry.getKey().endsWith("*"))
                .filter(entry -> key.startsWith(entry.getKey().replace("*", "")))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private String suggestion(String key) {
        List<String> nearest = NearestNames.to(key, byKey.keySet());
        return nearest.isEmpty() ? "." : "; did you mean " + String.join(" or ", nearest) + "?";
    }

    /// The reference page: a table of the settings, and lists of the other known keys.
    public String markdown() {
        StringBuilder page = new StringBuilder();
        page.append("| setting | default | unit | must be | what it is for |\n");
        page.append("|---|---|---|---|---|\n");
        settings().forEach(setting -> page.append(row(setting)));
        appendList(page, "Accepted without effect", reasonsWithoutEffect);
        appendList(page, "Not supported any more", hintsOfRetired);
        return page.toString();
    }

    private static <T> String row(Setting<T> setting) {
        List<String> must = new ArrayList<>();
        must.add(setting.type().form());
        setting.limits().forEach(limit -> must.add(limit.words()));
        List<String> names = new ArrayList<>();
        setting.keys().forEach(key -> names.add("`" + key + "`"));
        return "| %s | %s | %s | %s | %s |\n"
                .formatted(
                        String.join(", else ", names),
                        defaultText(setting),
                        setting.unit(),
                        String.join(", ", must),
                        setting.documentation().replace("|", "\\|"));
    }

    private static <T> String defaultText(Setting<T> setting) {
        Setting<T> onBroker = setting.onBroker();
        if (onBroker != null) {
            return "the broker's `" + onBroker.key() + "`";
        }
        return setting.defaultValue()
                .map(setting::render)
                .filter(text -> !text.isEmpty())
                .map(text -> "`" + text + "`")
                .orElse("–");
    }

    private static void appendList(StringBuilder page, String title, Map<String, String> texts) {
        if (!texts.isEmpty()) {
            page.append("\n**").append(title).append("**\n\n");
            texts.forEach(
                    (key, text) ->
                            page.append("- `").append(key).append("`: ").append(text).append('\n'));
        }
    }
}
