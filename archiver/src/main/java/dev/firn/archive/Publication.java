package dev.firn.archive;

/** How the one arbiter decided between attempts at the same generation of a range. */
public sealed interface Publication {

    /** This attempt's manifest stands. */
    record Won(Manifest manifest) implements Publication {}

    /** Another attempt's manifest stands; nothing of this attempt counts, and nothing of it may be promoted. */
    record Lost(Manifest theirs) implements Publication {}
}
