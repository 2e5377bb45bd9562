package dev.firn.lifecycle;

import dev.firn.archive.Attempt;
import dev.firn.archive.Manifest;
import java.util.List;

/** Copies that were begun and never published, nor overtaken: whoever made them may be asleep rather than dead. */
final class SleepingAttempts {

    private SleepingAttempts() {}

    /** Whether one may still be published as a later generation than this one, the latest of its range. */
    static boolean after(TableWork work, Manifest latest) {
        return anyAfter(latest, work.catalog().attempts(work.key(latest.range())));
    }

    /** The same of those that were begun after the range came back: they replace what came back, others add to it. */
    static boolean sinceItCameBack(TableWork work, Manifest latest) {
        return anyAfter(latest, work.catalog().attemptsSinceItCameBack(work.key(latest.range())));
    }

    private static boolean anyAfter(Manifest latest, List<dev.firn.catalog.Attempt> begun) {
        return begun.stream()
                .map(each -> new Attempt(latest.range(), each.id()))
                .anyMatch(attempt -> attempt.generation() > latest.generation());
    }
}
