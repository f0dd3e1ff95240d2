/// Typed settings: what may be set, and what was set.
///
/// **Enter at** [io.zurau.runtime.settings.Setting]: each component lists its settings as
/// constants. [io.zurau.runtime.settings.SettingCatalog] gathers them,
/// [io.zurau.runtime.settings.Settings#parse] checks what a person wrote against a catalog, and the
/// component's configuration record reads the values out by constant.
///
/// **Promises.** After parsing every value is of its type and within its limits; every error is one
/// [io.zurau.runtime.settings.InvalidSetting], a sentence with the setting, its value and the
/// limit. Everything here is immutable.
///
/// **Knows** the form of Kafka's keys: dots, and the unit as the last word. **Must not know** any
/// particular setting, files or where a value goes.
@NullMarked
package io.zurau.runtime.settings;

import org.jspecify.annotations.NullMarked;
