package dev.firn.archiver.service;

import dev.firn.lifecycle.NamespaceStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What was last read of a namespace's tables, and when it is to be read again: by one at a time, and so that reading takes
 * a small part of the time only, however much there is to read.
 */
final class LastStatus {

    private static final Duration BEAT = Duration.ofMinutes(5);
    private static final Duration AFTER_WORK = Duration.ofMinutes(1);

    /** After a reading it is left alone for so many times as long as that took. */
    private static final int REST_FOR_WORK = 9;

    /** Half of what the alert of a stale status allows. */
    private static final Duration LONGEST_REST = Duration.ofMinutes(30);

    /** What was read of its tables, and when. */
    record Read(Instant at, NamespaceStatus status) {}

    private Optional<Read> read = Optional.empty();
    private boolean reading;
    private boolean outdated;
    private Instant began = Instant.MIN;
    private Instant ended = Instant.MIN;

    synchronized Optional<Read> read() {
        return read;
    }

    /** Somebody was at work: what was read, or is being read, may not be true any more. */
    synchronized void outdated() {
        outdated = true;
    }

    /** Whether the caller is to read it now, and to tell when that {@link #ended}. */
    synchronized boolean begin(Instant now) {
        if (reading || isResting(now)) {
            return false;
        }
        reading = true;
        return true;
    }

    private boolean isResting(Instant now) {
        return !ended.equals(Instant.MIN) && !now.isBefore(ended) && now.isBefore(ended.plus(rest()));
    }

    private Duration rest() {
        Duration rest = outdated ? AFTER_WORK : BEAT;
        Duration earned = Duration.between(began, ended).multipliedBy(REST_FOR_WORK);
        Duration longer = earned.compareTo(rest) > 0 ? earned : rest;
        return longer.compareTo(LONGEST_REST) < 0 ? longer : LONGEST_REST;
    }

    /** It may have waited for its turn. */
    synchronized void begun(Instant now) {
        began = now;
        outdated = false;
    }

    synchronized void read(Instant now, NamespaceStatus status) {
        read = Optional.of(new Read(now, status));
    }

    /** Who waited in vain for an answer, however long, has burdened nobody, and asks again soon. */
    synchronized void ended(Instant now, boolean answered) {
        reading = false;
        ended = now;
        if (!answered) {
            began = now;
            outdated = true;
        }
    }
}
