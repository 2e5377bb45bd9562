package dev.firn.lifecycle;

import dev.firn.archive.Archive;
import java.util.List;

/** The names of the fault points on the way of a range that expires, in the order in which they are passed. */
public final class ExpirySteps {

    public static final String CLAIMED = "expiry.claimed";
    public static final String INTENDED = "expiry.intended";
    public static final String HEADS = "expiry.heads";
    public static final String EXPIRED = "expiry.expired";
    public static final String RECORDED = "expiry.recorded";
    public static final String REMOVED = "expiry.removed";

    /** All of them, those of the archive included. */
    public static final List<String> ALL =
            List.of(CLAIMED, INTENDED, HEADS, Archive.EXPIRE, EXPIRED, RECORDED, Archive.REMOVE, REMOVED);

    private ExpirySteps() {}
}
