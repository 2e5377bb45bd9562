package dev.firn.archive;

import dev.firn.TimeRange;
import java.util.List;

/** One step in the history of a range: a copy was published, all that there was of it has expired, or neither. */
public sealed interface Entry permits Manifest, Expiry, Reprieve {

    /** Where it is, or will be, published. Of one range and generation there is one entry, ever. */
    String key();

    TimeRange range();

    int generation();

    /** Keys of the manifests that do not count any more since this one stands. */
    List<String> supersedes();
}
