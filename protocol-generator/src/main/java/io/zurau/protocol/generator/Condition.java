package io.zurau.protocol.generator;

/// A Java condition on the version; knows when it needs no code.
record Condition(String java) {
    static final Condition ALWAYS = new Condition("true");
    static final Condition NEVER = new Condition("false");

    boolean always() {
        return java.equals("true");
    }

    boolean never() {
        return java.equals("false");
    }

    /// The one expression or the other, or a conditional expression of both.
    String choose(String then, String otherwise) {
        if (always() || then.equals(otherwise)) {
            return then;
        }
        return never() ? otherwise : java + " ? " + then + " : " + otherwise;
    }

    Condition and(String more) {
        if (never()) {
            return this;
        }
        return always() ? new Condition(more) : new Condition(java + " && " + more);
    }

    Condition not() {
        if (always() || never()) {
            return always() ? NEVER : ALWAYS;
        }
        if (java.matches("version [<>]= \\d+")) {
            return new Condition(
                    java.contains(">=") ? java.replace(">=", "<") : java.replace("<=", ">"));
        }
        return new Condition(java.matches("\\w+") ? "!" + java : "!(" + java + ")");
    }
}
