package dev.firn.config;

import java.util.Locale;

/** What Firn looks at beside the rows before it drops a chunk, each to be turned off by its name. */
public enum GuardName {
    CONTINUOUS_AGGREGATES(
            "Keeps a chunk until every continuous aggregate over it has all of its buckets computed and no reason to compute"
                    + " one again, and an archived range away where a bucket would come back by halves; off: the next refresh may"
                    + " cut what the dropped rows had added."),
    RETENTION(
            "Copies a chunk ahead of `archive-after` when a retention policy is about to drop it, and says so; off: the policy"
                    + " may drop what has no copy."),
    VANISHED_CHUNKS("Raises an alarm for a chunk that is gone though Firn did not drop it; off: the log alone tells."),
    EDITED_RANGES(
            "Raises an alarm for a range that came back, was changed, and so stays in the database; off: the log alone tells."),
    FOREIGN_KEYS(
            "Keeps chunks of a table that foreign keys refer to; off: the drop is tried, which PostgreSQL refuses and some"
                    + " versions of TimescaleDB carry out: rows then refer to nothing."),
    ROW_LEVEL_SECURITY(
            "Keeps a chunk or partition that has policies of its own, which would go with it; off: they are lost, and what is"
                    + " restored is open to all who may read the table."),
    FROZEN_CHUNKS("Keeps a frozen chunk; off: Firn unfreezes it for the drop."),
    POLICY_JOBS(
            "Waits while a job, a vacuum or a change of the table works on the chunk; off: Firn asks for its lock again and"
                    + " again, and writers queue behind each attempt."),
    UNLOGGED_TABLES(
            "Says that a table is unlogged, so that a crash of the server empties it; copies are made and chunks dropped all"
                    + " the same; off: not a word."),
    PUBLICATIONS(
            "Keeps a chunk or partition that is by itself part of a publication; off: it leaves the publication, and what is"
                    + " restored is not published.");

    private final String doc;

    GuardName(String doc) {
        this.doc = doc;
    }

    /** One sentence for the reference. */
    public String doc() {
        return doc;
    }

    /** As it is written in a file. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
