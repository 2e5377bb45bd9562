package dev.firn.archive;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** A catalogue's memory of epochs, which a test can copy as a data directory is copied. */
final class MemoryLedger implements Fence.Ledger {

    private String current;
    private final Set<String> intents = new LinkedHashSet<>();
    private final Set<String> settled = new HashSet<>();

    synchronized MemoryLedger fork() {
        MemoryLedger copy = new MemoryLedger();
        copy.current = current;
        copy.intents.addAll(intents);
        copy.settled.addAll(settled);
        return copy;
    }

    @Override
    public synchronized Set<String> expected() {
        Set<String> expected = new LinkedHashSet<>(intents);
        if (current != null) {
            expected.add(current);
        }
        return Set.copyOf(expected);
    }

    @Override
    public synchronized void intend(Optional<String> seen, String next) {
        if (!Optional.ofNullable(current).equals(seen)) {
            settle(seen.filter(intents::contains).orElseThrow(() -> refused("intend " + next)));
        }
        intents.add(next);
    }

    @Override
    public synchronized void confirm(String raised) {
        if (intents.contains(raised)) {
            settle(raised);
        } else if (!settled.contains(raised)) {
            throw refused("confirm " + raised);
        }
    }

    private void settle(String epoch) {
        current = epoch;
        settled.add(epoch);
        intents.clear();
    }

    private static FirnException refused(String what) {
        return new FirnException(Category.REFUSED, "ledger", what, "look");
    }
}
