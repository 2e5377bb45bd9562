package dev.firn.catalog;

import java.util.List;

/**
 * That rows of an archived range are in the database among others: which of its copies they are of, and which of their
 * rows are not among them.
 *
 * @param manifestKeys the live copies of the range when they were placed
 * @param rows how many of their rows are there
 * @param leftOut hashes of those that are not, one for each
 */
public record Placed(List<String> manifestKeys, long rows, List<Long> leftOut) {

    public Placed {
        manifestKeys = List.copyOf(manifestKeys);
        leftOut = List.copyOf(leftOut);
        if (manifestKeys.isEmpty() || rows < 0) {
            throw new IllegalArgumentException("%d rows of %s".formatted(rows, manifestKeys));
        }
    }
}
