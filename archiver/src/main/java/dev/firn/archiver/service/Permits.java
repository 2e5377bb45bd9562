package dev.firn.archiver.service;

import java.util.HashMap;
import java.util.Map;

/** How many chunks may be in work at once: of this service, and of one database. Never waits. */
final class Permits {

    private final Map<String, Integer> taken = new HashMap<>();
    private int all;

    /** Answers whether one more chunk of this database may be taken up; then it is to be given back. */
    synchronized boolean take(String database, int most, int mostOfDatabase) {
        if (!hasRoom(database, most, mostOfDatabase)) {
            return false;
        }
        all++;
        taken.merge(database, 1, Integer::sum);
        return true;
    }

    /** Whether it might just now. */
    synchronized boolean hasRoom(String database, int most, int mostOfDatabase) {
        return all < most && taken.getOrDefault(database, 0) < mostOfDatabase;
    }

    synchronized void giveBack(String database) {
        all--;
        taken.merge(database, -1, Integer::sum);
        taken.remove(database, 0);
    }

    synchronized int taken() {
        return all;
    }
}
