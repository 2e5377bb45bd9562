package dev.firn.archiver.http;

import dev.firn.archiver.http.ServiceView.InProgress;
import dev.firn.lifecycle.NamespaceStatus.Range;
import java.util.List;

/**
 * How a range looks on the page. Each has a colour, a pattern and a letter of its own, so that none of them is needed to
 * tell it from the others.
 */
enum Look {
    HOT("H", "hot", "in the database, not compressed yet"),
    COMPRESSED("C", "compressed", "in the database, compressed"),
    COPYING("W", "in work", "being copied, proven, dropped or brought back just now"),
    FAILED("F", "failed", "the last try failed; it is tried again"),
    ARCHIVED("A", "archived", "proven on S3, and still in the database"),
    LATE_ROWS("L", "late rows", "dropped, and rows came afterwards, which are archived next"),
    DROPPED("S", "on S3 only", "proven on S3, and dropped from the database"),
    RESTORED("R", "restored", "brought back from S3 for a time"),
    EXPIRED("X", "expired", "removed from S3 because of its age, as configured: nothing is left of it");

    private final String letter;
    private final String word;
    private final String meaning;

    Look(String letter, String word, String meaning) {
        this.letter = letter;
        this.word = word;
        this.meaning = meaning;
    }

    /** @param work what is in progress on this range */
    static Look of(Range range, List<InProgress> work) {
        if (!work.isEmpty() || range.claim().isPresent()) {
            return COPYING;
        }
        if (range.lastFailure().isPresent()) {
            return FAILED;
        }
        return switch (range.state()) {
            case HOT -> HOT;
            case COMPRESSED -> COMPRESSED;
            case ARCHIVED -> ARCHIVED;
            case LATE_ROWS -> LATE_ROWS;
            case RESTORED -> RESTORED;
            case DROPPED -> DROPPED;
            case EXPIRED -> EXPIRED;
        };
    }

    String letter() {
        return letter;
    }

    String word() {
        return word;
    }

    String meaning() {
        return meaning;
    }

    /** In the style sheet, and of the pattern. */
    String style() {
        return Counters.word(this).replace('_', '-');
    }

    /** Whether neighbours of this look may be drawn as one where there are many. */
    boolean merges() {
        return this != COPYING && this != FAILED;
    }
}
