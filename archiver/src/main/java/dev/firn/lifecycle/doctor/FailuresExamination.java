package dev.firn.lifecycle.doctor;

import dev.firn.catalog.ChunkRow;
import java.util.List;

/** Chunks at which the last pass failed. */
record FailuresExamination() implements Examination<TableCase> {

    @Override
    public Area area() {
        return Area.BACKLOG;
    }

    @Override
    public List<Remark> look(TableCase subject) {
        List<ChunkRow> failed = subject.scene().rows().stream()
                .filter(row -> row.failure().isPresent())
                .toList();
        if (failed.isEmpty()) {
            return List.of();
        }
        ChunkRow first = failed.get(0);
        ChunkRow.Failure failure = first.failure().orElseThrow();
        return List.of(Remark.warning(
                "%d chunks failed when they were last tried; %s %d times: %s"
                        .formatted(failed.size(), first.key().range(), failure.count(), failure.message()),
                failure.hint()));
    }
}
