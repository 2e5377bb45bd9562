package dev.firn.store;

import java.util.List;

/**
 * A rule by which a bucket treats objects of a location by itself.
 *
 * @param id as its author called it
 * @param prefix what the keys of its objects start with, in the location; empty for all of it
 * @param actions what it does; never empty
 */
public record LifecycleRule(String id, String prefix, List<Action> actions) {

    public LifecycleRule {
        actions = List.copyOf(actions);
        if (actions.isEmpty()) {
            throw new IllegalArgumentException("rule '%s' does nothing".formatted(id));
        }
    }

    /** Whether it may apply to an object under this prefix of the location. */
    public boolean touches(String keys) {
        return keys.startsWith(prefix) || prefix.startsWith(keys);
    }

    /** What a rule does. */
    public sealed interface Action {

        /**
         * Removes the object.
         *
         * @param when for people
         */
        record Expire(String when) implements Action {}

        /**
         * Moves the object to another class of storage.
         *
         * @param storageClass as S3 spells it
         */
        record Move(String storageClass, String when) implements Action {

            /** Whether such an object can be read only hours after somebody has asked for it; Athena skips it. */
            public boolean needsRestore() {
                return storageClass.equals("GLACIER") || storageClass.equals("DEEP_ARCHIVE");
            }
        }

        /** Removes older versions, which no reader sees. */
        record ExpireOlderVersions(String when) implements Action {}

        /** Discards uploads that nobody finished. */
        record AbortUploads(String when) implements Action {}
    }
}
