package dev.firn.lifecycle.doctor;

import java.util.List;

/** S3 refuses requests that are signed a quarter of an hour before or after its own time. */
record StoreClockExamination() implements Examination<LocationCase> {

    @Override
    public Area area() {
        return Area.CLOCK;
    }

    @Override
    public List<Remark> look(LocationCase location) {
        return List.of(location.reached()
                .clock()
                .map(reading -> ClockRemarks.of("the store", reading))
                .orElseGet(() -> Remark.note(
                        "the store's clock could not be asked: its answers bear no date",
                        "nothing to do as long as requests are not refused as too skewed")));
    }
}
