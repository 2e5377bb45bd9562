package dev.firn.config;

import java.util.Objects;
import java.util.Optional;

/**
 * How the application numbers the rows of a table: by stream, from the last position that it finds.
 *
 * @param stream column with the name of the stream
 * @param position column with the row's position in its stream
 * @param globalPosition column with the row's position among all, if there is one
 * @param versionFunction function of the application, in the table's schema, that answers a stream's last position
 */
public record WritePathConfig(
        String stream,
        String position,
        Optional<String> globalPosition,
        String versionFunction,
        OnArchived onArchived) {

    public WritePathConfig {
        Objects.requireNonNull(stream, "stream");
        Objects.requireNonNull(position, "position");
        Objects.requireNonNull(globalPosition, "globalPosition");
        Objects.requireNonNull(versionFunction, "versionFunction");
        Objects.requireNonNull(onArchived, "onArchived");
    }
}
