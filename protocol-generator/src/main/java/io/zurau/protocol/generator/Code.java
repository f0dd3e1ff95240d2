package io.zurau.protocol.generator;

import com.google.errorprone.annotations.FormatMethod;
import java.util.function.Consumer;

/// Java text in the making, indented by blocks.
final class Code {
    private static final int INDENT = 4;

    private final StringBuilder text = new StringBuilder();
    private int depth;

    /// Lines as they are, usually a text block, moved to the present depth.
    Code lines(String lines) {
        lines.stripTrailing().lines().forEach(this::put);
        return this;
    }

    /// One line, as `String.format` makes it.
    @FormatMethod
    Code line(String format, Object... arguments) {
        put(arguments.length == 0 ? format : format.formatted(arguments));
        return this;
    }

    private void put(String line) {
        if (!line.isEmpty()) {
            text.append(" ".repeat(INDENT * depth)).append(line);
        }
        text.append('\n');
    }

    Code blank() {
        return line("");
    }

    /// `head {`, the body one step deeper, `}`.
    Code block(String head, Consumer<Code> body) {
        return line("%s {", head).inside(body).line("}");
    }

    /// A block under a condition; bare if the condition always holds, nothing if it never does.
    Code when(Condition condition, Consumer<Code> body) {
        if (condition.never()) {
            return this;
        }
        if (condition.always()) {
            body.accept(this);
            return this;
        }
        return block("if (" + condition.java() + ")", body);
    }

    Code inside(Consumer<Code> body) {
        depth++;
        body.accept(this);
        depth--;
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
