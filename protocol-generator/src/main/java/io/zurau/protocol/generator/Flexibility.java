package io.zurau.protocol.generator;

import io.zurau.protocol.generator.FieldType.Primitive;
import io.zurau.protocol.generator.Schema.Field;
import io.zurau.protocol.generator.Schema.Struct;

/// In which of a struct's versions lengths are compact and tagged fields follow.
///
/// @param versions the struct's flexible versions
/// @param condition a Java condition on the version
record Flexibility(Versions versions, Condition condition) {
    static Flexibility of(Schema schema, Struct struct) {
        return new Flexibility(
                schema.flexibleVersions().and(struct.versions()),
                schema.flexibleVersions().within(struct.versions()));
    }

    /// Gives the condition a name in the method, unless it is a constant.
    void declare(Code body) {
        if (!condition.always() && !condition.never()) {
            body.line("boolean flexible = %s;", condition.java());
        }
    }

    /// The condition where it has been declared.
    Condition named() {
        return condition.always() || condition.never() ? condition : new Condition("flexible");
    }

    /// What a call that reads or writes a length passes for `flexible`.
    String argument(Field field) {
        if (field.fixedLengths()) {
            return "false";
        }
        FieldType type = field.type();
        Primitive primitive = type.primitive();
        boolean hasLength = type.isArray() || (primitive != null && primitive.hasLength());
        return hasLength && !field.tagged() ? named().java() : "true";
    }
}
