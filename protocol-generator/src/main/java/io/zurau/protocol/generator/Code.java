package io.zurau.protocol.generator;

import java.util.function.Consumer;

/// Java text in the making, indented by blocks.
final class Code {
    private static final int INDENT = 4;

    private final StringBuilder text = new StringBuilder();
    private int depth;

    Code line(String line) {
        if (!line.isEmpty()) {
            text.append(" ".repeat(INDENT * depth)).append(line);
        }
        text.append('\n');
        return this;
    }

    Code blank() {
        return line("");
    }

    /// `head {`, the body one step deeper, `}`.
    Code block(String head, Consumer<Code> body) {
        line(head + " {");
        inside(body);
        return line("}");
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

    void inside(Consumer<Code> body) {
        depth++;
        body.accept(this);
        depth--;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
