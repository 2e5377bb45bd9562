package dev.firn.lifecycle;

import dev.firn.TimeRange;
import dev.firn.archive.Attempt;
import dev.firn.archive.Manifest;
import dev.firn.archive.Promoted;
import dev.firn.catalog.ChunkKey;
import java.time.Instant;

/** Takes away what is not needed any more, now that a copy is in place: its own scaffolding, and dead attempts. */
record Clearing(TableWork table) {

    void after(Promoted promoted) {
        TimeRange range = promoted.manifest().range();
        table.archive().cleaner().dropIncoming(promoted);
        ChunkKey key = table.key(range);
        for (dev.firn.catalog.Attempt begun : table.catalog().attempts(key)) {
            Attempt dead = new Attempt(range, begun.id());
            // The key of a later generation is not taken yet: a worker that sleeps over it may still publish.
            if (dead.generation() <= promoted.manifest().generation()) {
                if (!isPublished(dead)) {
                    table.archive().cleaner().discardAttempt(dead);
                }
                table.catalog().forgetAttempt(key, begun.id());
            }
        }
        for (Manifest old : table.archive().cleaner().superseded(range)) {
            // At once: a query that fails because a file went away is better than one that counts a row twice.
            table.archive().cleaner().retire(old, Instant.MAX);
        }
    }

    /** Then it is this copy, or one that it superseded. */
    private boolean isPublished(Attempt attempt) {
        return table.archive()
                .manifest(attempt.range(), attempt.generation())
                .filter(manifest -> manifest.attempt().equals(attempt))
                .isPresent();
    }
}
