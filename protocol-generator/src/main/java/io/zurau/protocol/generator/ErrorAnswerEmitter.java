package io.zurau.protocol.generator;

import io.zurau.protocol.generator.Schema.Field;
import io.zurau.protocol.generator.Schema.Struct;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes a request's `errorResponse`: see [ErrorAnswers] for who answers whom.
final class ErrorAnswerEmitter {
    private final Map<Integer, Schema> responses;

    ErrorAnswerEmitter(Map<Integer, Schema> responses) {
        this.responses = responses;
    }

    void emit(Code code, Schema request) {
        Schema response = responses.get(request.apiKey());
        if (response == null) {
            throw new IllegalArgumentException(request.name() + " has no response.");
        }
        code.line("@Override");
        code.block(
                "public ApiResponse errorResponse(ErrorCode error, @Nullable String message, int version)",
                body -> {
                    body.line(
                            response.name()
                                    + ".Builder answer = "
                                    + response.name()
                                    + ".builder();");
                    new Mirror(request, response).answer(body);
                    body.line("return answer.build();");
                });
    }

    /// One request and its response. Variables are numbered by their depth.
    private record Mirror(Schema request, Schema response) {
        void answer(Code body) {
            Struct root = response.root();
            Field top = root.field("errorCode");
            Versions topVersions = top == null ? Versions.NONE : top.versions();
            nones(body, root, "answer");
            body.when(topVersions.within(response.versions()), then -> error(then, root, "answer"));
            for (Field array : ErrorAnswers.erroneousArrays(response, root)) {
                body.when(
                        ErrorAnswers.carriesError(response, array, topVersions),
                        then -> array(then, array, request.root(), "this", "answer", 1));
            }
        }

        /// Fills an array of the answer with one element for each element of the request's.
        private void array(
                Code body,
                Field array,
                Struct source,
                String sourceName,
                String answer,
                int depth) {
            Struct element = struct(response, array);
            List<String> paths = ErrorAnswers.sources(response, array, source);
            String list = "list" + depth;
            body.line("List<" + qualified(element) + "> " + list + " = new ArrayList<>();");
            for (String path : paths) {
                loop(body, path, source, sourceName, element, list, depth);
            }
            // Two sources may name the same thing.
            String whole =
                    paths.size() > 1 ? "List.copyOf(new LinkedHashSet<>(" + list + "))" : list;
            body.line(answer + "." + array.name() + "(" + whole + ");");
        }

        private void loop(
                Code body,
                String path,
                Struct source,
                String sourceName,
                Struct element,
                String list,
                int depth) {
            int dot = path.indexOf('.');
            Field field = source.field(dot < 0 ? path : path.substring(0, dot));
            if (field == null) {
                throw new IllegalArgumentException(source.name() + " has no " + path + ".");
            }
            Struct inner = request.structOf(field);
            String item = (dot < 0 ? "item" : "outer") + depth;
            String items = sourceName + "." + field.name() + "()";
            String type = inner == null ? ReadEmitter.primitive(field.type()).boxed : inner.name();
            Condition there =
                    field.nullable() ? new Condition(items + " != null") : Condition.ALWAYS;
            body.when(
                    there,
                    then ->
                            then.block(
                                    "for (" + type + " " + item + " : " + items + ")",
                                    each -> {
                                        if (dot < 0) {
                                            element(each, element, field, inner, item, list, depth);
                                        } else if (inner != null) {
                                            loop(
                                                    each,
                                                    path.substring(dot + 1),
                                                    inner,
                                                    item,
                                                    element,
                                                    list,
                                                    depth);
                                        }
                                    }));
        }

        private void element(
                Code body,
                Struct element,
                Field source,
                @Nullable Struct inner,
                String item,
                String list,
                int depth) {
            String answer = "answer" + depth;
            body.line(
                    qualified(element)
                            + ".Builder "
                            + answer
                            + " = "
                            + qualified(element)
                            + ".builder();");
            nones(body, element, answer);
            if (inner == null) {
                body.line(answer + "." + key(element, source).name() + "(" + item + ");");
            } else {
                repeat(body, element, inner, item, answer, depth);
            }
            if (ErrorAnswers.hasErrorCode(element)) {
                error(body, element, answer);
            } else if (inner != null) {
                for (Field array : ErrorAnswers.erroneousArrays(response, element)) {
                    array(body, array, inner, item, answer, depth + 1);
                }
            }
            body.line(list + ".add(" + answer + ".build());");
        }

        /// Where the elements of a plain list go: the first field of their type.
        private static Field key(Struct element, Field source) {
            return element.fields().stream()
                    .filter(
                            field ->
                                    !ErrorAnswers.isErrorCode(field)
                                            && !ErrorAnswers.isErrorMessage(field))
                    .filter(field -> field.type().equals(source.type().element()))
                    .findFirst()
                    .orElseThrow(
                            () ->
                                    new IllegalArgumentException(
                                            element.name()
                                                    + " has no place for "
                                                    + source.name()
                                                    + "."));
        }

        private void repeat(
                Code body, Struct element, Struct inner, String item, String answer, int depth) {
            for (Field field : element.fields()) {
                Field same = ErrorAnswers.repeated(field, inner);
                if (same != null) {
                    String value = item + "." + same.name() + "()";
                    boolean mayBeRefused =
                            !field.nullableVersions().contains(same.nullableVersions());
                    String orEmpty = mayBeRefused ? value + " == null ? \"\" : " + value : value;
                    body.line(answer + "." + field.name() + "(" + orEmpty + ");");
                } else if (field.type().isStructArray() && isWhole(field, inner)) {
                    copy(body, field, inner, item, answer, depth + 1);
                }
            }
        }

        /// Whether the request has an array of that name whose elements say all that the answer's
        /// say.
        private boolean isWhole(Field array, Struct source) {
            Field same = source.field(array.name());
            Struct from = same == null ? null : request.structOf(same);
            return from != null
                    && struct(response, array).fields().stream()
                            .allMatch(field -> ErrorAnswers.repeated(field, from) != null);
        }

        private void copy(
                Code body,
                Field array,
                Struct source,
                String sourceName,
                String answer,
                int depth) {
            Field same = source.field(array.name());
            Struct from = same == null ? null : request.structOf(same);
            if (from == null) {
                throw new IllegalStateException(array.name());
            }
            Struct element = struct(response, array);
            String item = "item" + depth;
            String list = "list" + depth;
            body.line("List<" + qualified(element) + "> " + list + " = new ArrayList<>();");
            body.block(
                    "for ("
                            + from.name()
                            + " "
                            + item
                            + " : "
                            + sourceName
                            + "."
                            + array.name()
                            + "())",
                    each -> {
                        String copy = "answer" + depth;
                        each.line(
                                qualified(element)
                                        + ".Builder "
                                        + copy
                                        + " = "
                                        + qualified(element)
                                        + ".builder();");
                        repeat(each, element, from, item, copy, depth);
                        each.line(list + ".add(" + copy + ".build());");
                    });
            body.line(answer + "." + array.name() + "(" + list + ");");
        }

        private void error(Code body, Struct struct, String answer) {
            for (Field field : struct.fields()) {
                if (ErrorAnswers.isErrorCode(field)) {
                    body.line(answer + "." + field.name() + "(error);");
                } else if (ErrorAnswers.isErrorMessage(field) && field.nullable()) {
                    Condition there =
                            field.ignorable()
                                    ? Condition.ALWAYS
                                    : field.versions().within(response.versions());
                    body.when(there, then -> then.line(answer + "." + field.name() + "(message);"));
                }
            }
        }

        private void nones(Code body, Struct struct, String answer) {
            for (Field field : struct.fields()) {
                String none = ErrorAnswers.none(response, struct, field);
                if (!none.isEmpty()) {
                    body.when(
                            field.versions().within(response.versions()),
                            then -> then.line(answer + "." + field.name() + "(" + none + ");"));
                }
            }
        }

        private static Struct struct(Schema schema, Field field) {
            Struct struct = schema.structOf(field);
            if (struct == null) {
                throw new IllegalArgumentException(
                        schema.name() + " has no struct for " + field.name() + ".");
            }
            return struct;
        }

        private String qualified(Struct struct) {
            return response.name() + "." + struct.name();
        }
    }
}
