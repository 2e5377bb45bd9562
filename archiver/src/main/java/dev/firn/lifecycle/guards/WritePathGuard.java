package dev.firn.lifecycle.guards;

import dev.firn.TableName;
import dev.firn.config.WritePathConfig;
import dev.firn.source.WriteFunctions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Whether the application's functions know of archived streams, for who plans or looks. Not one of {@link Guards}, since
 * nobody may turn it off: the drop itself looks again, asks the functions too, and refuses.
 */
public final class WritePathGuard {

    /** What to do, with the schema put in. */
    public static final String ATTACH =
            "run deploy/sql/eventodb/firn.sql and SELECT eventodb_store.attach_firn('%s'), then"
                    + " `archiver run --retry-failed`; or let drop-after = never keep the table whole";

    private static final String NAME = "write-path";

    private final Optional<WriteFunctions> functions;

    /** @param config nothing where rows are not numbered by stream: then there is nothing to guard */
    public WritePathGuard(TableName table, Optional<WritePathConfig> config) {
        this.functions = config.map(path -> new WriteFunctions(table, path.versionFunction()));
    }

    /** Why no chunk of the table may go. */
    public Optional<Objection> objection(Connection connection) throws SQLException {
        return problem(connection)
                .map(problem -> new Objection(NAME, Objection.Ends.BY_A_PERSON, reason(problem), hint()));
    }

    /** The same for the table as a whole. */
    public Optional<Alarm> alarm(Connection connection) throws SQLException {
        return problem(connection)
                .map(problem -> new Alarm(
                        NAME,
                        Alarm.Level.WARNING,
                        Optional.empty(),
                        "nothing is dropped from it: " + reason(problem),
                        hint()));
    }

    private Optional<String> problem(Connection connection) throws SQLException {
        return functions.isEmpty() ? Optional.empty() : functions.get().problem(connection);
    }

    private static String reason(String problem) {
        return problem + ", so streams would start again at position 0";
    }

    private String hint() {
        return ATTACH.formatted(functions.orElseThrow().table().schema());
    }
}
