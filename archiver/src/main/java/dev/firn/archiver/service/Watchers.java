package dev.firn.archiver.service;

import dev.firn.FirnException;
import dev.firn.TableName;
import dev.firn.TimeRange;
import java.util.Optional;

/** Those who watch. */
public final class Watchers {

    private Watchers() {}

    /** Nobody beside the log, which is told of everything anyhow. */
    public static Watcher.Each logging() {
        return namespace -> new Watcher() {
            @Override
            public void failed(Optional<TableName> table, Optional<TimeRange> range, FirnException failure) {
                // The log has it.
            }
        };
    }
}
