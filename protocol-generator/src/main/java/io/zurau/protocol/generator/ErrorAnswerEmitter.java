package io.zurau.protocol.generator;

import io.zurau.protocol.generator.Schema.Field;
import io.zurau.protocol.generator.Schema.Struct;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes a request's `errorResponse`: see [ErrorAnswers] for who answers whom.
final class ErrorAnswerEmitter {
    private static final String SIGNATURE =
            "public ApiResponse errorResponse("
                    + "ErrorCode error, @Nullable String message, int version)";

    private final Map<Integer, Schema> responses;

    ErrorAnswerEmitter(Map<Integer, Schema> responses) {
        this.responses = responses;
    }

    void emit(Code code, Schema request) {
        Schema response = responses.get(request.apiKey());
        if (response == null) {
            throw new IllegalArgumentException(request.name() + " has no response.");
        }
        code.line("@Override")
                .block(
                        SIGNATURE,
                        body -> {
                            body.line("%s.Builder answer = %1$s.builder();", response.name());
                            new Mirror(request, response).answer(body);
                            body.line("return answer.build();");
                        });
    }

    /// A struct of the request as the generated code sees it: the variable that holds it, and how
    /// deep in loops.
    private record Source(Struct struct, String variable, int depth) {
        Source deeper(Struct inner, String variable) {
            return new Source(inner, variable, depth + 1);
        }
    }

    /// One request and its response. In the code it writes, variables are numbered by their depth.
    private record Mirror(Schema request, Schema response) {
        void answer(Code body) {
            Struct root = response.root();
            Field top = root.field("errorCode");
            Versions topVersions = top == null ? Versions.NONE : top.versions();
            Source source = new Source(request.root(), "this", 0);
            nones(body, root, "answer");
            body.when(topVersions.within(response.versions()), then -> error(then, root, "answer"));
            for (Field array : ErrorAnswers.erroneousArrays(response, root)) {
                body.when(
                        ErrorAnswers.carriesError(response, array, topVersions),
                        then -> array(then, array, source, "answer"));
            }
        }

        /// Fills an array of the answer with one element for each element of the request's.
        private void array(Code body, Field array, Source source, String answer) {
            Struct element = structOf(response, array);
            List<String> paths = ErrorAnswers.sources(response, array, source.struct);
            String list = beginList(body, element, source.depth + 1);
            for (String path : paths) {
                loop(body, path, source, element);
            }
            // Two sources may name the same thing.
            String whole =
                    paths.size() > 1 ? "List.copyOf(new LinkedHashSet<>(" + list + "))" : list;
            body.line("%s.%s(%s);", answer, array.name(), whole);
        }

        /// Goes through the array at the path; a path of two names is a loop in a loop.
        private void loop(Code body, String path, Source source, Struct element) {
            int dot = path.indexOf('.');
            String name = dot < 0 ? path : path.substring(0, dot);
            Field field = source.struct.field(name);
            if (field == null) {
                throw new IllegalArgumentException(source.struct.name() + " has no " + name + ".");
            }
            String items = source.variable + "." + name + "()";
            if (dot >= 0) {
                Struct outer = structOf(request, field);
                String item = "outer" + (source.depth + 1);
                Source inside = new Source(outer, item, source.depth);
                forEach(body, field, outer.name(), item, items)
                        .inside(each -> loop(each, path.substring(dot + 1), inside, element))
                        .line("}");
                return;
            }
            Struct inner = request.structOf(field);
            String type = inner == null ? ReadEmitter.primitive(field.type()).java : inner.name();
            String item = "item" + (source.depth + 1);
            forEach(body, field, type, item, items)
                    .inside(each -> element(each, element, field, inner, source, item))
                    .line("}");
        }

        private static Code forEach(
                Code body, Field field, String type, String item, String items) {
            String some =
                    field.nullable()
                            ? items
                                    + " == null ? List.<"
                                    + field.type().boxed()
                                    + ">of() : "
                                    + items
                            : items;
            return body.line("for (%s %s : %s) {", type, item, some);
        }

        /// @param inner the struct of the request's array, or null for an array of plain values
        private void element(
                Code body,
                Struct element,
                Field array,
                @Nullable Struct inner,
                Source source,
                String item) {
            String answer = beginAnswer(body, element, source.depth + 1);
            nones(body, element, answer);
            if (inner == null) {
                body.line("%s.%s(%s);", answer, key(element, array).name(), item);
            } else {
                repeat(body, element, source.deeper(inner, item), answer);
            }
            if (ErrorAnswers.hasErrorCode(element)) {
                error(body, element, answer);
            } else if (inner != null) {
                for (Field nested : ErrorAnswers.erroneousArrays(response, element)) {
                    array(body, nested, source.deeper(inner, item), answer);
                }
            }
            body.line("list%d.add(%s.build());", source.depth + 1, answer);
        }

        /// Where the elements of a plain list go: the first field of their type.
        private static Field key(Struct element, Field source) {
            return element.fields().stream()
                    .filter(field -> !ErrorAnswers.isErrorCode(field))
                    .filter(field -> !ErrorAnswers.isErrorMessage(field))
                    .filter(field -> field.type().equals(source.type().element()))
                    .findFirst()
                    .orElseThrow(
                            () -> new IllegalArgumentException("No place for " + source + "."));
        }

        /// Repeats from the request what the answer is about.
        private void repeat(Code body, Struct element, Source source, String answer) {
            for (Field field : element.fields()) {
                Field same = ErrorAnswers.repeated(field, source.struct);
                if (same != null) {
                    String value = source.variable + "." + same.name() + "()";
                    boolean nullFits = field.nullableVersions().contains(same.nullableVersions());
                    String whole = nullFits ? value : value + " == null ? \"\" : " + value;
                    body.line("%s.%s(%s);", answer, field.name(), whole);
                } else if (field.type().isStructArray() && isWhole(field, source.struct)) {
                    copy(body, field, source, answer);
                }
            }
        }

        /// Whether the request has an array of that name whose elements say all that the answer's
        /// say.
        private boolean isWhole(Field array, Struct source) {
            Field same = source.field(array.name());
            Struct from = same == null ? null : request.structOf(same);
            return from != null
                    && structOf(response, array).fields().stream()
                            .allMatch(field -> ErrorAnswers.repeated(field, from) != null);
        }

        private void copy(Code body, Field array, Source source, String answer) {
            Field same = source.struct.field(array.name());
            if (same == null) {
                throw new IllegalStateException(array.name());
            }
            Struct from = structOf(request, same);
            Struct element = structOf(response, array);
            String item = "item" + (source.depth + 1);
            String list = beginList(body, element, source.depth + 1);
            body.line("for (%s %s : %s.%s()) {", from.name(), item, source.variable, array.name())
                    .inside(
                            each -> {
                                String copy = beginAnswer(each, element, source.depth + 1);
                                repeat(each, element, source.deeper(from, item), copy);
                                each.line("%s.add(%s.build());", list, copy);
                            })
                    .line("}");
            body.line("%s.%s(%s);", answer, array.name(), list);
        }

        private String beginList(Code body, Struct element, int depth) {
            String list = "list" + depth;
            body.line("List<%s.%s> %s = new ArrayList<>();", response.name(), element.name(), list);
            return list;
        }

        private String beginAnswer(Code body, Struct element, int depth) {
            String type = response.name() + "." + element.name();
            body.line("%s.Builder answer%d = %1$s.builder();", type, depth);
            return "answer" + depth;
        }

        private void error(Code body, Struct struct, String answer) {
            for (Field field : struct.fields()) {
                if (ErrorAnswers.isErrorCode(field)) {
                    body.line("%s.%s(error);", answer, field.name());
                } else if (ErrorAnswers.isErrorMessage(field) && field.nullable()) {
                    Condition there =
                            field.ignorable()
                                    ? Condition.ALWAYS
                                    : field.versions().within(response.versions());
                    body.when(there, then -> then.line("%s.%s(message);", answer, field.name()));
                }
            }
        }

        private void nones(Code body, Struct struct, String answer) {
            for (Field field : struct.fields()) {
                String none = ErrorAnswers.none(response, struct, field);
                if (!none.isEmpty()) {
                    body.when(
                            field.versions().within(response.versions()),
                            then -> then.line("%s.%s(%s);", answer, field.name(), none));
                }
            }
        }

        private static Struct structOf(Schema schema, Field field) {
            Struct struct = schema.structOf(field);
            if (struct == null) {
                throw new IllegalArgumentException(schema.name() + ": no struct in " + field + ".");
            }
            return struct;
        }
    }
}
