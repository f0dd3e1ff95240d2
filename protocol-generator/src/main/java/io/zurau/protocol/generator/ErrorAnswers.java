package io.zurau.protocol.generator;

import io.zurau.protocol.generator.Schema.Field;
import io.zurau.protocol.generator.Schema.Struct;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which part of a request answers to which part of its response, when the whole request is
/// refused.
///
/// Names decide wherever they can; the tables hold what no name tells, as in the `getErrorResponse`
/// of Kafka's requests.
final class ErrorAnswers {
    private static final Set<String> ERROR_CODES = Set.of("errorCode", "partitionErrorCode");
    private static final String ERROR_MESSAGE = "errorMessage";

    /// Array of a response to the arrays of the request whose elements it answers; a dot steps into
    /// an inner array.
    private static final Map<String, List<String>> SOURCES =
            Map.of(
                    "AddPartitionsToTxnResponse.resultsByTopicV3AndBelow",
                            List.of("v3AndBelowTopics"),
                    "AlterReplicaLogDirsResponse.results", List.of("dirs.topics"),
                    "AlterUserScramCredentialsResponse.results", List.of("deletions", "upsertions"),
                    "DeleteTopicsResponse.responses", List.of("topics", "topicNames"),
                    "FetchResponse.responses", List.of("topics"),
                    // Answers by log directory, which the request does not name.
                    "DescribeLogDirsResponse.results", List.of());

    /// Arrays that carry the error even where there is one at the top, because clients look for it
    /// there.
    private static final Set<String> ALWAYS = Set.of("MetadataResponse.topics");

    /// Field of a response to the field of a request that says the same under another name.
    private static final Map<String, String> ALIASES =
            Map.of("partitionIndex", "partition", "topicName", "name", "user", "name");

    /// Fields that say what an answer is about, and so are repeated from the request.
    private static final Set<String> SUBJECTS =
            Set.of(
                    "entityName",
                    "entityType",
                    "groupId",
                    "index",
                    "name",
                    "partition",
                    "partitionId",
                    "partitionIndex",
                    "producerId",
                    "resourceName",
                    "resourceType",
                    "topic",
                    "topicId",
                    "topicName",
                    "user");

    /// What stands for "none" where the schema's default means something.
    private static final Map<String, String> NONES =
            Map.of(
                    "ProduceResponse.PartitionProduceResponse.baseOffset", "-1L",
                    "FetchResponse.PartitionData.highWatermark", "-1L",
                    "DeleteRecordsResponse.DeleteRecordsPartitionResult.lowWatermark", "-1L",
                    "OffsetFetchResponse.OffsetFetchResponsePartition.committedOffset", "-1L",
                    "FindCoordinatorResponse.FindCoordinatorResponse.nodeId", "-1",
                    "FindCoordinatorResponse.FindCoordinatorResponse.port", "-1",
                    "FindCoordinatorResponse.Coordinator.nodeId", "-1",
                    "FindCoordinatorResponse.Coordinator.port", "-1",
                    "InitProducerIdResponse.InitProducerIdResponse.producerEpoch", "(short) -1");

    private ErrorAnswers() {}

    static boolean isErrorCode(Field field) {
        return ERROR_CODES.contains(field.name());
    }

    static boolean isErrorMessage(Field field) {
        return field.name().equals(ERROR_MESSAGE);
    }

    static boolean hasErrorCode(Struct struct) {
        return struct.fields().stream().anyMatch(ErrorAnswers::isErrorCode);
    }

    /// The arrays of a response's struct whose elements carry an error, at whatever depth.
    static List<Field> erroneousArrays(Schema response, Struct struct) {
        List<Field> arrays = new ArrayList<>();
        for (Field field : struct.fields()) {
            Struct element = field.type().isStructArray() ? response.structOf(field) : null;
            if (element != null
                    && (hasErrorCode(element) || !erroneousArrays(response, element).isEmpty())) {
                arrays.add(field);
            }
        }
        return arrays;
    }

    /// In which versions an array of the response carries the error, given those in which the top
    /// does.
    static Condition carriesError(Schema response, Field array, Versions top) {
        Condition there = array.versions().within(response.versions());
        if (ALWAYS.contains(response.name() + "." + array.name())) {
            return there;
        }
        if (top.contains(array.versions())) {
            return Condition.NEVER;
        }
        Condition atTop = top.within(response.versions());
        return atTop.never() ? there : there.and(atTop.not().java());
    }

    /// The arrays of the request's struct that the response's array answers.
    static List<String> sources(Schema response, Field array, Struct request) {
        List<String> told = SOURCES.get(response.name() + "." + array.name());
        if (told != null) {
            return told;
        }
        List<String> arrays =
                request.fields().stream()
                        .filter(field -> field.type().isArray())
                        .map(Field::name)
                        .toList();
        if (arrays.contains(array.name())) {
            return List.of(array.name());
        }
        if (arrays.size() != 1) {
            throw new IllegalArgumentException(
                    "Nothing says which of "
                            + arrays
                            + " "
                            + response.name()
                            + "."
                            + array.name()
                            + " answers.");
        }
        return arrays;
    }

    static String none(Schema response, Struct struct, Field field) {
        return NONES.getOrDefault(response.name() + "." + struct.name() + "." + field.name(), "");
    }

    /// The field of the request's struct that a field of the response repeats; null if none does.
    static @Nullable Field repeated(Field answer, Struct request) {
        if (!SUBJECTS.contains(answer.name())) {
            return null;
        }
        Field same = request.field(answer.name());
        if (same == null) {
            same = request.field(ALIASES.getOrDefault(answer.name(), ""));
        }
        boolean fits =
                same != null
                        && !same.type().isArray()
                        && same.type().java().equals(answer.type().java());
        return fits ? same : null;
    }
}
