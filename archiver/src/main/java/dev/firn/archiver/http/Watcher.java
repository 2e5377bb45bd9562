package dev.firn.archiver.http;

import dev.firn.FirnException;
import dev.firn.TableName;
import dev.firn.TimeRange;
import dev.firn.lifecycle.Progress;
import java.util.Optional;

/** Who is told of all that is done to one namespace. Called by several threads, in the midst of the work. */
public interface Watcher extends Progress {

    /** Nobody. */
    Watcher NONE = (table, range, failure) -> {};

    /** Something failed that no chunk's end tells of: opening the namespace, looking at a table, a job of another kind. */
    void failed(Optional<TableName> table, Optional<TimeRange> range, FirnException failure);

    /** One for each namespace. */
    @FunctionalInterface
    interface Each {
        Watcher of(String namespace);
    }
}
