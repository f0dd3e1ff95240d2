package io.zurau.tests.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/// Answers as text that is the same for every server that behaves the same: ids are replaced by
/// names, texts meant for people by a mark, and arrays without a meaningful order are sorted.
final class Answers {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /// Fields that say nothing about behaviour, or that are written for people.
    private static final Set<String> IGNORED =
            Set.of(
                    "throttleTimeMs",
                    "abortedTransactions",
                    "finalizedFeaturesEpoch",
                    "finalizedFeatures",
                    "supportedFeatures",
                    "zkMigrationReady");

    /// Fields of which only the presence is compared.
    private static final Set<String> ONLY_PRESENCE =
            Set.of(
                    "clusterId",
                    "logDir",
                    "documentation",
                    "errorMessage",
                    "acknowledgeErrorMessage",
                    "batchIndexErrorMessage");

    /// Numbers that a server chooses; only their sign is compared.
    private static final Set<String> ONLY_SIGN =
            Set.of(
                    "port",
                    "sessionId",
                    "producerId",
                    "heartbeatIntervalMs",
                    "totalBytes",
                    "usableBytes",
                    "logAppendTimeMs");

    /// Settings that are compared where an answer lists all: those that both brokers act on.
    private static final Set<String> SETTINGS =
            Set.of(
                    "cleanup.policy",
                    "compression.type",
                    "interval.ms",
                    "match",
                    "metrics",
                    "index.interval.bytes",
                    "max.message.bytes",
                    "message.timestamp.after.max.ms",
                    "message.timestamp.before.max.ms",
                    "message.timestamp.type",
                    "retention.bytes",
                    "retention.ms",
                    "segment.bytes",
                    "segment.ms");

    private static final Set<String> MEMBERS = Set.of("memberId", "leader");

    private final Map<String, String> names = new LinkedHashMap<>();
    private final Map<String, Uuid> ids = new LinkedHashMap<>();
    private final Map<String, String> members = new LinkedHashMap<>();

    void name(Uuid id, String name) {
        names.put(id.toString(), name);
        ids.put(name, id);
    }

    Uuid id(String name) {
        Uuid id = ids.get(name);
        if (id == null) {
            throw new IllegalArgumentException("No topic " + name + " was made.");
        }
        return id;
    }

    /// The answer as one line per top-level field, with the message's name and version before.
    String describe(ApiMessage answer, int version) {
        JsonNode json = normal("", toJson(answer, (short) version));
        StringBuilder text = new StringBuilder(answer.getClass().getSimpleName());
        text.append(" v").append(version);
        json.properties()
                .forEach(
                        field -> {
                            text.append("\n    ").append(field.getKey()).append(": ");
                            if (field.getValue().isArray() && !field.getValue().isEmpty()) {
                                field.getValue()
                                        .forEach(
                                                element ->
                                                        text.append("\n        ").append(element));
                            } else {
                                text.append(field.getValue());
                            }
                        });
        return text.toString();
    }

    private static JsonNode toJson(ApiMessage answer, short version) {
        try {
            return (JsonNode)
                    Class.forName(answer.getClass().getName() + "JsonConverter")
                            .getMethod("write", answer.getClass(), short.class, boolean.class)
                            .invoke(null, answer, version, false);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private JsonNode normal(String field, JsonNode node) {
        if (node instanceof ObjectNode object) {
            if (object.path("errorCode").asInt() != 0) {
                object.remove("logStartOffset"); // Nobody reads these beside an error.
                object.remove("topicAuthorizedOperations");
            }
            if (object.path("errorCode").asInt() == Errors.UNKNOWN_TOPIC_OR_PARTITION.code()) {
                object.remove("errorMessage"); // Says no more than the code.
            }
            ObjectNode result = JSON.objectNode();
            object.properties()
                    .forEach(
                            entry -> {
                                if (!IGNORED.contains(entry.getKey())) {
                                    result.set(
                                            entry.getKey(),
                                            normal(entry.getKey(), entry.getValue()));
                                }
                            });
            return result;
        }
        if (node instanceof ArrayNode array) {
            List<JsonNode> elements = new ArrayList<>();
            for (JsonNode element : array) {
                if (!"configs".equals(field) || isCompared(element.path("name").asText())) {
                    elements.add(normal(field, element));
                }
            }
            elements.sort(Comparator.comparing(JsonNode::toString));
            return JSON.arrayNode().addAll(elements);
        }
        return leaf(field, node);
    }

    private static boolean isCompared(String setting) {
        return SETTINGS.contains(setting)
                || setting.startsWith("consumer.")
                || setting.startsWith("share.")
                // Kafka shows the broker's list of assignors beside it.
                || (setting.startsWith("streams.") && !setting.equals("streams.assignor.name"));
    }

    private JsonNode leaf(String field, JsonNode value) {
        if (ONLY_PRESENCE.contains(field)) {
            return value.isNull() || value.asText().isEmpty()
                    ? value
                    : JSON.textNode("<" + field + ">");
        }
        if (ONLY_SIGN.contains(field)) {
            return value.asLong() > 0 || ("producerId".equals(field) && value.asLong() == 0)
                    ? JSON.textNode("<" + field + ">")
                    : value;
        }
        if (MEMBERS.contains(field) && value.isTextual() && !value.asText().isEmpty()) {
            return JSON.textNode(
                    members.computeIfAbsent(
                            value.asText(), id -> "<member " + (members.size() + 1) + ">"));
        }
        if ("topicId".equals(field) && !Uuid.ZERO_UUID.toString().equals(value.asText())) {
            return JSON.textNode("<id of " + names.getOrDefault(value.asText(), "?") + ">");
        }
        return value;
    }
}
