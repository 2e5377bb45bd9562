package dev.firn.lifecycle.doctor;

import dev.firn.catalog.Claim;
import dev.firn.source.Leftover;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/** Tables into which archived rows were loaded, and which never became chunks. */
record LeftoversExamination() implements Examination<TableCase> {

    @Override
    public Area area() {
        return Area.TABLE;
    }

    @Override
    public List<Remark> look(TableCase subject) throws SQLException {
        List<Leftover> leftovers = subject.source().loader(subject.table()).leftovers(subject.connection());
        if (leftovers.isEmpty()) {
            return List.of();
        }
        String what = "%s (%d MiB) beside it"
                .formatted(
                        leftovers.stream()
                                .map(leftover -> leftover.relation().toString())
                                .collect(Collectors.joining(", ")),
                        leftovers.stream().mapToLong(Leftover::bytes).sum() >> 20);
        boolean atWork = subject.claims().stream()
                .anyMatch(claim -> claim.purpose() == Claim.Purpose.RESTORE
                        && claim.key().table().equals(subject.table().name())
                        && claim.expiresAt().isAfter(subject.now()));
        return List.of(
                atWork
                        ? Remark.note(
                                "rows are being brought back into " + what,
                                "nothing to do while `rehydrate` is at work")
                        : Remark.warning(
                                "an attempt to bring rows back has left " + what,
                                "the next `rehydrate` of this table takes them away; or DROP TABLE them"));
    }
}
