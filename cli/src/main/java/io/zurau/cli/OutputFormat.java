package io.zurau.cli;

/// For people or for programs.
enum OutputFormat {
    TEXT,
    JSON
}
