package io.zurau.cli;

/// The run from which the build makes the AOT cache: what people do first, once, in one JVM.
///
/// Only the build calls it (`src/build/make-aot-cache`).
final class Training {
    private Training() {}

    public static void main(String[] arguments) {
        Main.run("--version");
    }
}
