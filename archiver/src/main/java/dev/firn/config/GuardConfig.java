package dev.firn.config;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a table's chunks are guarded by.
 *
 * @param on the guards that hold
 * @param refreshFirst whether continuous aggregates are brought up to date for a chunk that is to be dropped
 */
public record GuardConfig(Set<GuardName> on, boolean refreshFirst) {

    public GuardConfig {
        // In an order, so that the same guards always read the same.
        on = Collections.unmodifiableSortedSet(new TreeSet<>(on));
    }

    public boolean isOn(GuardName guard) {
        return on.contains(guard);
    }
}
