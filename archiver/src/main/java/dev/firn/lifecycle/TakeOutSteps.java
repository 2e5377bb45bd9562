package dev.firn.lifecycle;

import java.util.List;

/** The names of the fault points where a range that came back among other rows goes again; those of staging come first. */
public final class TakeOutSteps {

    public static final String CLAIMED = "takeout.claimed";
    public static final String GATHERED = "takeout.gathered";
    public static final String LOOKED = "takeout.looked";
    public static final String TAKEN = "takeout.taken";
    public static final String LOCKED = "takeout.locked";
    public static final String COMMIT = "takeout.commit";
    public static final String COMMITTED = "takeout.committed";

    public static final List<String> ALL = List.of(CLAIMED, GATHERED, LOOKED, TAKEN, LOCKED, COMMIT, COMMITTED);

    private TakeOutSteps() {}
}
