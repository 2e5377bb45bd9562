package dev.firn.lifecycle.doctor;

import dev.firn.lifecycle.guards.Guards;
import dev.firn.lifecycle.guards.Objection;
import dev.firn.source.Chunk;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What keeps chunks from being dropped: those that are due, and what will be in the way of all of them one day. */
record GuardsExamination() implements Examination<TableCase> {

    /** Each is asked several questions; those beyond are told from these. */
    private static final int MOST_CHUNKS = 50;

    @Override
    public Area area() {
        return Area.GUARDS;
    }

    @Override
    public List<Remark> look(TableCase subject) throws SQLException {
        List<Chunk> due =
                subject.scene().chunks().stream().filter(subject::dropIsDue).toList();
        Guards guards = new Guards(subject.config().guards(), subject.source(), subject.table());
        Map<String, List<Objection>> byGuard = new LinkedHashMap<>();
        List<Chunk> looked = due.isEmpty() ? subject.scene().chunks() : due;
        for (Chunk chunk : looked.subList(0, Math.min(looked.size(), due.isEmpty() ? 1 : MOST_CHUNKS))) {
            for (Objection objection : guards.objections(subject.connection(), chunk)) {
                // What ends by itself may have ended by the time that the chunk is due.
                if (!due.isEmpty() || objection.ends() == Objection.Ends.BY_A_PERSON) {
                    byGuard.computeIfAbsent(objection.guard(), unused -> new ArrayList<>())
                            .add(objection);
                }
            }
        }
        List<Remark> remarks = new ArrayList<>();
        byGuard.forEach((guard, objections) -> remarks.add(of(guard, objections, due.size())));
        return remarks.isEmpty() ? List.of(Remark.ok("no guard keeps a chunk that is due to be dropped")) : remarks;
    }

    private static Remark of(String guard, List<Objection> objections, int due) {
        Objection first = objections.stream()
                .filter(objection -> objection.ends() == Objection.Ends.BY_A_PERSON)
                .findFirst()
                .orElse(objections.get(0));
        String what = due == 0
                ? "its chunks will not be dropped when they are due: %s (%s)".formatted(first.reason(), guard)
                : "%d of the %d oldest chunks that are due stay: %s (%s)"
                        .formatted(objections.size(), Math.min(due, MOST_CHUNKS), first.reason(), guard);
        return first.ends() == Objection.Ends.BY_A_PERSON
                ? Remark.warning(what, first.hint())
                : Remark.note(what, first.hint());
    }
}
