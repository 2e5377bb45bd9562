package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Lets the chunks of one table be dropped one after the other, however many are in work: a writer who waits for one chunk
 * could otherwise wait for the next one, too. Between programs the catalogue's lock does that, where heads are kept; within
 * one, waiting here costs no attempts. One holds for all of a program: a namespace that is opened anew, under other settings,
 * waits for what is in work under the old ones.
 */
public final class DropTurns {

    /** A table, wherever it is: other databases have tables of the same name. */
    private record Key(String database, TableName table) {}

    private final Map<Key, Semaphore> tables = new ConcurrentHashMap<>();

    /** Waits until no other chunk of the table is being dropped, and lets none be until this is over. */
    <T> T inTurn(String database, TableName table, String where, Supplier<T> drop) {
        Semaphore one = tables.computeIfAbsent(new Key(database, table), unseen -> new Semaphore(1, true));
        try {
            one.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FirnException(
                    Category.PASSING,
                    where,
                    "dropping it: interrupted while another chunk of its table was being dropped; it was not dropped",
                    "the next run goes on",
                    e);
        }
        try {
            return drop.get();
        } finally {
            one.release();
        }
    }
}
