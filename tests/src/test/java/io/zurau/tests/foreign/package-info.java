/// Programs that we did not write, beside `zurau produce` and `zurau consume`: kcat, kafkajs,
/// Kafka's console clients.
///
/// **Enter at** [io.zurau.tests.foreign.LineClient] for programs that move lines, and at
/// [io.zurau.tests.foreign.ForeignPrograms] for how they get here. **Promises.** What cannot be
/// brought to this machine makes its tests skipped, by name and with the reason. **Must not know**
/// Zurau's classes.
@NullMarked
package io.zurau.tests.foreign;

import org.jspecify.annotations.NullMarked;
