package dev.firn.lifecycle;

import dev.firn.TableName;
import dev.firn.config.Keep;
import dev.firn.config.TableConfig;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What is to be brought back, and how.
 *
 * @param keep how long it is left alone afterwards; what the table's configuration says where it is empty
 * @param compress whether chunks are compressed again, as they were
 * @param onConflict what becomes of an archived row whose unique key a different row of the table has
 */
public record RestoreOptions(
        List<TableName> tables, PositionSpan span, Optional<Keep> keep, boolean compress, Conflict onConflict) {

    /** Who wins where two different rows have one key. */
    public enum Conflict {
        REFUSE,
        KEEP_LIVE,
        KEEP_ARCHIVED;

        /** As it is typed. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public RestoreOptions {
        tables = List.copyOf(tables);
        if (tables.isEmpty()) {
            throw new IllegalArgumentException("nothing to bring back");
        }
    }

    /** The end of a hold that begins now. */
    Instant until(TableConfig config, Instant now) {
        return keep.orElse(config.keepRestored()).until(now);
    }
}
