package dev.firn.archiver.service;

import dev.firn.lifecycle.HinderedException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * That a chunk was begun in vain because of something which is in the way of all of its namespace, such as a standby that
 * does not catch up. Each of them would wait as long for nothing, in a place that others could have. So all are left alone
 * for a while, longer each time.
 */
final class SetBack {

    private static final Duration FIRST = Duration.ofMinutes(5);
    private static final Duration LONGEST = Duration.ofMinutes(30);
    private static final int MOST_DOUBLINGS = 10;

    private Optional<HinderedException> why = Optional.empty();
    private Instant since = Instant.MAX;
    private Instant until = Instant.MIN;
    private int times;

    /**
     * Answers until when nothing is begun; nothing where that was settled already.
     *
     * @param begun when the chunk was: soon after the last time, this is the same again
     */
    synchronized Optional<Instant> again(HinderedException reason, Instant begun, Instant now) {
        if (holds(now)) {
            return Optional.empty();
        }
        if (why.isEmpty() || begun.isAfter(until.plus(LONGEST))) {
            times = 0;
        }
        why = Optional.of(reason);
        since = now;
        until = now.plus(pause(Duration.between(begun, now)));
        times++;
        return Optional.of(until);
    }

    /** Never shorter than what it cost to find out. */
    private Duration pause(Duration took) {
        Duration first = longer(FIRST, took);
        Duration pause = first.multipliedBy(1L << Math.min(times, MOST_DOUBLINGS));
        Duration longest = longer(LONGEST, took);
        return pause.compareTo(longest) < 0 ? pause : longest;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /** What is in the way, as far as anybody knows. */
    synchronized Optional<HinderedException> at(Instant now) {
        return holds(now) ? why : Optional.empty();
    }

    /** Not for a day, where the clock was put back by one. */
    private boolean holds(Instant now) {
        return !now.isBefore(since) && now.isBefore(until);
    }

    /** It is another matter now. */
    synchronized void forget() {
        why = Optional.empty();
        until = Instant.MIN;
    }
}
