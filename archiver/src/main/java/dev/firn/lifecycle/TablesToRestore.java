package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.TableName;
import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables of one command, in its order. All of them are looked at before the first is loaded: what belongs together was
 * archived at different ages, so that of some nothing may be archived yet, and who has to wait for files should wait once.
 * What stands against one of them is told beside what becomes of the others.
 */
final class TablesToRestore {

    private static final Logger LOG = LoggerFactory.getLogger(TablesToRestore.class);

    /** What is done with one of them. */
    interface Step<T> {
        T of(TableName table) throws SQLException;
    }

    private final String namespace;
    private final boolean alone;
    private final Map<TableName, FirnException> refused = new LinkedHashMap<>();
    private final Map<TableName, NothingArchivedException> nothing = new LinkedHashMap<>();

    TablesToRestore(String namespace, Collection<TableName> tables) {
        this.namespace = namespace;
        this.alone = tables.size() == 1;
    }

    /**
     * Does that, unless it is refused: then it is kept, or thrown where there is no other table.
     *
     * @param doing what was being done, and what is now true of the data, if the database fails
     */
    <T> Optional<T> attempt(TableName table, String doing, Step<T> step) {
        FirnException failure;
        try {
            return Optional.of(step.of(table));
        } catch (NothingArchivedException e) {
            nothing.put(table, e);
            return Optional.empty();
        } catch (FirnException e) {
            failure = e;
        } catch (SQLException e) {
            failure = Failures.of(namespace + "/" + table, doing, e);
        }
        if (alone) {
            throw failure;
        }
        LOG.warn("{}", failure.getMessage());
        refused.put(table, failure);
        return Optional.empty();
    }

    /** Once all were looked at; refuses where nothing of any is archived. */
    void requireAny(boolean found) {
        if (!found && refused.isEmpty()) {
            throw nothing.values().iterator().next();
        }
    }

    Map<TableName, FirnException> refused() {
        return refused;
    }

    Map<TableName, String> nothingArchived() {
        Map<TableName, String> notes = new LinkedHashMap<>();
        nothing.forEach((table, why) -> notes.put(table, why.note()));
        return notes;
    }

    /** What is archived of one of them. */
    record Listed(TableWork work, List<ArchivedPiece> pieces) {}
}
