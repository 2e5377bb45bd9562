package dev.firn.lifecycle.doctor;

import java.util.List;
import java.util.OptionalLong;

/** A directory comes to an end. */
record StoreSpaceExamination() implements Examination<LocationCase> {

    private static final long FEW_BYTES = 1L << 30;

    @Override
    public Area area() {
        return Area.SPACE;
    }

    @Override
    public List<Remark> look(LocationCase location) {
        OptionalLong free = location.inspection().freeBytes();
        if (free.isEmpty()) {
            return List.of();
        }
        String what = "%d MiB are free for the archive".formatted(free.getAsLong() >> 20);
        return List.of(
                free.getAsLong() < FEW_BYTES
                        ? Remark.warning(what, "give the file system more room; a copy that does not fit is discarded")
                        : Remark.ok(what));
    }
}
