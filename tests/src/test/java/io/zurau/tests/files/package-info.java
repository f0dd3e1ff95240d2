/// The files on disk, in both directions: Apache Kafka's tools read what the broker wrote, and the
/// broker opens what Apache Kafka wrote.
///
/// **Knows** Kafka's names for files and its tools. **Must not know** Zurau's classes.
@NullMarked
package io.zurau.tests.files;

import org.jspecify.annotations.NullMarked;
