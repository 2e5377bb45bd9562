package dev.firn.lifecycle.guards;

import dev.firn.catalog.Hold;
import dev.firn.config.GuardName;
import dev.firn.source.Chunk;
import dev.firn.source.RetentionPolicies.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Retention policies drop by age, whether Firn has copied the chunk or not, and whether it is on hold or not. */
record RetentionWatch() implements Watch {

    @Override
    public GuardName name() {
        return GuardName.RETENTION;
    }

    @Override
    public List<Alarm> alarms(Scene scene) {
        List<Alarm> alarms = new ArrayList<>();
        String hint = "Firn drops by drop-after, only what is archived: SELECT remove_retention_policy('%s')"
                .formatted(scene.table().name().quoted());
        for (Policy policy : scene.retention().all()) {
            alarms.add(
                    scene.archiveIsDue().test(policy.cutoff())
                            ? Alarm.warning(
                                    name(),
                                    "a retention policy (job %d) drops chunks after %s, archived or not"
                                            .formatted(policy.jobId(), policy.after()),
                                    hint)
                            : Alarm.alarm(
                                    name(),
                                    "a retention policy (job %d) drops chunks after %s, which may be before archive-after: Firn"
                                                    .formatted(policy.jobId(), policy.after())
                                            + " copies them ahead of it, and what is written after that is lost",
                                    hint));
        }
        for (Chunk chunk : scene.chunks()) {
            Optional<Policy> policy = scene.retention().takesSoon(chunk);
            if (policy.isPresent()) {
                of(scene, chunk, policy.get(), hint).ifPresent(alarms::add);
            }
        }
        return alarms;
    }

    private Optional<Alarm> of(Scene scene, Chunk chunk, Policy policy, String hint) {
        Optional<Hold> hold = scene.holds().stream()
                .filter(held -> !held.lapsed() && held.key().range().overlaps(chunk.range()))
                .findFirst();
        if (hold.isPresent()) {
            return Optional.of(Alarm.alarm(
                    name(),
                    chunk.range(),
                    "is on hold until %s, and the retention policy (job %d) drops it on one of its next runs"
                            .formatted(hold.get().until(), policy.jobId()),
                    hint));
        }
        return scene.hasCopy(chunk.range())
                ? Optional.empty()
                : Optional.of(Alarm.alarm(
                        name(),
                        chunk.range(),
                        "has no copy, and the retention policy (job %d) drops it on one of its next runs"
                                .formatted(policy.jobId()),
                        "run `archiver run` now; " + hint));
    }
}
