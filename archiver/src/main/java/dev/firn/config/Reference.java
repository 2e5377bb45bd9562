package dev.firn.config;

import java.util.List;
import java.util.stream.Collectors;

/** The description of every key, made of the declarations. */
final class Reference {

    private static final List<Section> SECTIONS =
            List.of(ServiceSettings.SECTION, NamespaceSettings.SECTION, TemplateFile.SECTION, TableSettings.SECTION);

    private static final String INTRODUCTION =
            """
            # Configuration reference

            Made from the declarations in the code; a test compares the two.

            - The files are [HOCON](https://github.com/lightbend/config/blob/main/HOCON.md). URLs need double quotes.
            - `${?NAME}` takes a value from the environment, or leaves the setting out where the variable is not set; \
            `${NAME}` requires it.
            - `include "other.conf"` takes in a file, relative to this one; one that does not exist is an error.
            - Durations: `100ms`, `30s`, `15m`, `6h`, `90d`, `12 weeks`. Ages take no `m`: write `minutes`. \
            Sizes: `64KiB`, `8MiB`, `1GiB`.
            - All problems of all files are told together, with file and line, and nothing is started.
            """;

    private Reference() {}

    static String markdown() {
        return INTRODUCTION + SECTIONS.stream().map(Reference::section).collect(Collectors.joining());
    }

    private static String section(Section section) {
        return "\n## %s\n\n%s\n\n| key | value | default | |\n|---|---|---|---|\n%s"
                .formatted(
                        section.title(),
                        section.doc(),
                        section.settings().stream().map(Reference::row).collect(Collectors.joining()));
    }

    private static String row(Setting<?> setting) {
        String fallback = setting.required() ? "required" : setting.without();
        return "| `%s` | %s | %s | %s |\n"
                .formatted(
                        setting.key(),
                        setting.type().description(),
                        setting.defaultText() == null ? fallback : "`" + setting.defaultText() + "`",
                        setting.doc().replace("|", "\\|"));
    }
}
