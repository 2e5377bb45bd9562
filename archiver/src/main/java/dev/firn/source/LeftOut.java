package dev.firn.source;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import java.util.ArrayList;
import java.util.List;

/**
 * Hashes of archived rows that were not added to a chunk: a row there was equal, or had their key and was to stay, or one of
 * another copy of the range had it. Who takes out later what was put in leaves these alone.
 */
public final class LeftOut {

    /** More than would be kept in the catalogue and in memory. */
    static final int MOST = 1_000_000;

    private final List<Long> equal = new ArrayList<>();
    private final List<Long> kept = new ArrayList<>();

    /** A row that was there was equal to each. */
    public List<Long> equal() {
        return List.copyOf(equal);
    }

    /** A different row that was there, or came with it, had the key of each. */
    public List<Long> kept() {
        return List.copyOf(kept);
    }

    void addEqual(String where, List<Long> hashes) {
        add(where, equal, hashes);
    }

    void addKept(String where, List<Long> hashes) {
        add(where, kept, hashes);
    }

    private void add(String where, List<Long> to, List<Long> hashes) {
        to.addAll(hashes);
        if (equal.size() + kept.size() > MOST) {
            throw new FirnException(
                    Category.REFUSED,
                    where,
                    "adding archived rows to it: more than %d of them have another row in their place; nothing was loaded"
                            .formatted(MOST),
                    "bring the range back into a table of its own");
        }
    }
}
