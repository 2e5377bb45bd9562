package dev.firn.lifecycle;

import java.util.List;

/** The names of the fault points on a range's way back, in the order in which they are passed. */
public final class RestoreSteps {

    public static final String CLAIMED = "restore.claimed";
    public static final String STAGED = "restore.staged";
    public static final String LOADED = "restore.loaded";
    public static final String PROVEN = "restore.proven";
    public static final String INDEXED = "restore.indexed";
    public static final String READY = "restore.ready";
    public static final String ATTACHED = "restore.attached";
    public static final String COMMIT = "restore.commit";
    public static final String COMMITTED = "restore.committed";

    public static final List<String> ALL =
            List.of(CLAIMED, STAGED, LOADED, PROVEN, INDEXED, READY, ATTACHED, COMMIT, COMMITTED);

    /** Passed on a thread of its own, somewhere between {@link #LOADED} and {@link #INDEXED}. */
    public static final String INDEXING = "restore.indexing";

    /** What a request from SQL passes besides, before the first range and after the last. */
    public static final String REQUEST_TAKEN = "request.taken";

    public static final String REQUEST_WORKED = "request.worked";
    public static final String REQUEST_SETTLED = "request.settled";

    public static final List<String> OF_REQUESTS = List.of(REQUEST_TAKEN, REQUEST_WORKED, REQUEST_SETTLED);

    private RestoreSteps() {}
}
