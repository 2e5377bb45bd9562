package dev.firn.lifecycle;

import dev.firn.TimeRange;
import dev.firn.Version;
import dev.firn.archive.Manifest;
import dev.firn.archive.Reprieve;
import dev.firn.catalog.Claim;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes away from workers that may be asleep what they were about to say: that copies have expired. By its key, which only
 * one can have, since no look at a configuration or a claim is the last thing that a worker does before it writes.
 */
final class Reprieves {

    private static final Logger LOG = LoggerFactory.getLogger(Reprieves.class);

    private final TableWork work;
    private final Surroundings surroundings;
    private final ExpirySurvey survey;

    Reprieves(TableWork work, Surroundings surroundings) {
        this.work = work;
        this.surroundings = surroundings;
        this.survey = new ExpirySurvey(work, surroundings.clock());
    }

    /** Whoever asks for it back may let go of it unchanged: then its copies are all there is of it again. */
    void ofWhatComesBack(Claim claim) {
        TimeRange range = claim.key().range();
        Optional.ofNullable(work.catalog()
                        .openExpiries(work.namespace(), work.table().name())
                        .get(range))
                .ifPresent(generation -> take(claim, generation, "it was asked for back"));
    }

    /** What {@code expire-after} does not say any more; while it does, whoever goes on with it publishes the same. */
    void ofWhatIsNotDue(String holder) {
        work.catalog().openExpiries(work.namespace(), work.table().name()).forEach((range, generation) -> {
            if (!survey.isDue(range)) {
                work.catalog()
                        .claim(
                                work.key(range),
                                holder,
                                Claim.Purpose.EXPIRE,
                                work.settings().claim().lease())
                        .ifPresent(claim -> release(claim, generation));
            }
        });
    }

    private void release(Claim claim, int generation) {
        try {
            take(claim, generation, "expire-after = " + work.config().expireAfter());
        } finally {
            work.catalog().release(claim);
        }
    }

    private void take(Claim claim, int generation, String why) {
        work.fence().check();
        if (work.archive().reprieve(of(work, claim.key().range(), generation, surroundings.clock()))) {
            work.catalog().recordReprieved(claim, generation, why);
            LOG.info("{}: it was about to expire, and stays: {}", claim.key(), why);
        }
    }

    static Reprieve of(TableWork work, TimeRange range, int generation, Clock clock) {
        return new Reprieve(
                new Manifest.Owner(work.locationId(), work.epoch(), Version.text()),
                work.namespace(),
                work.table().name(),
                range,
                generation,
                clock.instant().truncatedTo(ChronoUnit.MICROS));
    }
}
