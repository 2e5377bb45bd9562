package dev.firn.lifecycle.doctor;

import dev.firn.source.ServerState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Whether the largest range would find room when it comes back. SQL does not tell what is free on a disk. */
record RestoreSpaceExamination() implements Examination<DatabaseCase> {

    /** A range is loaded before it is compressed, with indexes, and written to WAL too: a rule of thumb. */
    private static final int TIMES = 10;

    @Override
    public Area area() {
        return Area.SPACE;
    }

    @Override
    public List<Remark> look(DatabaseCase database) throws SQLException {
        if (database.largestRangeBytes() == 0) {
            return List.of();
        }
        long needed = Math.multiplyExact(database.largestRangeBytes(), (long) TIMES);
        String need =
                "bringing back the largest range (%d MiB in the database) may take %d MiB while it is loaded, with WAL"
                        .formatted(database.largestRangeBytes() >> 20, needed >> 20);
        Optional<Path> data = ServerState.localDataDirectory(database.connection())
                .map(Path::of)
                .filter(Files::isDirectory);
        if (data.isEmpty()) {
            return List.of(Remark.note(
                    need + "; what is free could not be asked from here",
                    "look at the database's disk and the one of pg_wal before you bring back much"));
        }
        long free = free(data.get());
        String what = "%s; %d MiB are free".formatted(need, free >> 20);
        return List.of(
                free < needed
                        ? Remark.warning(what, "give the database's disk more room before you bring back that range")
                        : Remark.ok(what));
    }

    private static long free(Path data) {
        try {
            return Files.getFileStore(data).getUsableSpace();
        } catch (IOException e) {
            throw new UncheckedIOException("asking what is free on the disk of " + data, e);
        }
    }
}
