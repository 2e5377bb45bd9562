package dev.firn.config;

import java.util.List;
import java.util.Optional;

/** The settings below {@code write-path} of a table: all that are needed, or none. */
final class WritePathSettings {

    private static final Setting<String> STREAM = Setting.optional(
            "write-path.stream",
            ValueType.text(),
            "no write path",
            "Column with the name of a row's stream, for an application that goes on from a stream's last position. With"
                    + " it, a drop keeps where each stream ends in `firn.stream_head`, and is refused while the"
                    + " application's functions do not look there (`deploy/sql/eventodb/firn.sql`).");
    private static final Setting<String> POSITION = Setting.optional(
            "write-path.position",
            ValueType.text(),
            "required with write-path.stream",
            "Column with the row's position in its stream, a whole number.");
    private static final Setting<String> GLOBAL_POSITION = Setting.optional(
            "write-path.global-position",
            ValueType.text(),
            "none",
            "Column with the row's position among all rows, by which whole categories are read.");
    private static final Setting<String> VERSION_FUNCTION = Setting.withDefault(
            "write-path.version-function",
            ValueType.text(),
            "stream_version",
            "Function of the application, in the schema of the table, that takes a stream's name and answers its last position.");
    private static final Setting<OnArchived> ON_ARCHIVED = Setting.withDefault(
            "write-path.on-archived",
            ValueType.choice(OnArchived.class),
            "error",
            "What a reader gets who asks for positions that are archived and dropped: an error, a notice, or silently what is"
                    + " left. Holds from the next run on.");

    static final List<Setting<?>> ALL = List.of(STREAM, POSITION, GLOBAL_POSITION, VERSION_FUNCTION, ON_ARCHIVED);

    private WritePathSettings() {}

    static Optional<WritePathConfig> read(Values values) {
        if (ALL.stream().noneMatch(values::isGiven)) {
            return Optional.empty();
        }
        Optional<String> stream = values.find(STREAM);
        Optional<String> position = values.find(POSITION);
        if (stream.isEmpty() && !values.isGiven(STREAM)) {
            values.contradict(STREAM, "is required where anything else of write-path is given");
        }
        if (position.isEmpty() && !values.isGiven(POSITION)) {
            values.contradict(POSITION, "is required where anything else of write-path is given");
        }
        if (stream.isEmpty() || position.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new WritePathConfig(
                stream.get(),
                position.get(),
                values.find(GLOBAL_POSITION),
                values.find(VERSION_FUNCTION).orElse("stream_version"),
                values.find(ON_ARCHIVED).orElse(OnArchived.ERROR)));
    }
}
