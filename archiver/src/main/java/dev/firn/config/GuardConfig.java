package dev.firn.config;

import java.util.Set;

/**
 * What a table's chunks are guarded by.
 *
 * @param on the guards that hold
 * @param refreshFirst whether continuous aggregates are brought up to date for a chunk that is to be dropped
 */
public record GuardConfig(Set<GuardName> on, boolean refreshFirst) {

    public GuardConfig {
        on = Set.copyOf(on);
    }

    public boolean isOn(GuardName guard) {
        return on.contains(guard);
    }
}
