package dev.firn.lifecycle;

import dev.firn.archive.Archive;
import java.util.List;

/** The names of the fault points on a chunk's way out, in the order in which they are passed. */
public final class Steps {

    public static final String PLANNED = "lifecycle.planned";
    public static final String CLAIMED = "lifecycle.claimed";

    /** Only where a standby is read: the primary has shown the chunk. */
    public static final String SHOWN = "lifecycle.shown";

    public static final String SNAPSHOT = "lifecycle.snapshot";
    public static final String COPY = "lifecycle.copy";

    /** Its rows are read, and not all of them stored yet: by now the database may go away. */
    public static final String READ = "lifecycle.read";

    public static final String COPIED = "lifecycle.copied";
    public static final String PROVEN = "lifecycle.proven";
    public static final String PUBLISHED = "lifecycle.published";
    public static final String RECORDED = "lifecycle.recorded";
    public static final String PROMOTED = "lifecycle.promoted";
    public static final String CLEARED = "lifecycle.cleared";
    public static final String HEADS = "lifecycle.heads";
    public static final String LOCK = "lifecycle.lock";
    public static final String LOCKED = "lifecycle.locked";
    public static final String DROP = "lifecycle.drop";
    public static final String COMMIT = "lifecycle.commit";
    public static final String COMMITTED = "lifecycle.committed";

    /** All of them, those of the archive included. */
    public static final List<String> ALL = List.of(
            PLANNED,
            CLAIMED,
            SNAPSHOT,
            COPY,
            COPIED,
            PROVEN,
            Archive.PUBLISH,
            PUBLISHED,
            RECORDED,
            Archive.PROMOTE,
            PROMOTED,
            Archive.REMOVE,
            CLEARED,
            HEADS,
            LOCK,
            LOCKED,
            DROP,
            COMMIT,
            COMMITTED);

    private Steps() {}
}
