package dev.firn.lifecycle.doctor;

import dev.firn.FirnException;
import dev.firn.catalog.DatabaseFailures;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Goes from examination to examination; none can stop those after it. */
public final class Rounds {

    private static final List<Examination<LocationCase>> OF_EVERY_LOCATION =
            List.of(new ProbeExamination(), new StoreSpaceExamination());

    private static final List<Examination<LocationCase>> OF_BUCKETS =
            List.of(new StoreClockExamination(), new LifecycleRulesExamination(), new VersioningExamination());

    private static final List<Examination<DatabaseCase>> OF_DATABASE = List.of(
            new VersionExamination(),
            new RoleExamination(),
            new DatabaseClockExamination(),
            new WalExamination(),
            new RestoreSpaceExamination(),
            new EventStoresExamination());

    private static final List<Examination<TableCase>> OF_TABLE = List.of(
            new RightsExamination(),
            new WholeReadsExamination(),
            new AlarmsExamination(),
            new GuardsExamination(),
            new ReferencesExamination(),
            new AggregatesExamination(),
            new WritePathExamination(),
            new BacklogExamination(),
            new FailuresExamination(),
            new LeftoversExamination());

    private Rounds() {}

    public static List<Finding> ofLocation(LocationCase location) {
        List<Finding> found = new ArrayList<>();
        String where = location.inspection().url();
        OF_EVERY_LOCATION.forEach(each -> found.addAll(look(each, location, where)));
        if (location.isBucket()) {
            OF_BUCKETS.forEach(each -> found.addAll(look(each, location, where)));
        }
        return found;
    }

    public static List<Finding> ofDatabase(DatabaseCase database) {
        List<Finding> found = new ArrayList<>();
        OF_DATABASE.forEach(
                each -> found.addAll(readOnly(each, database, database.config().name(), database.connection())));
        return found;
    }

    public static List<Finding> ofTable(TableCase table) {
        List<Finding> found = new ArrayList<>();
        OF_TABLE.forEach(each -> found.addAll(readOnly(each, table, table.where(), table.connection())));
        return found;
    }

    /** In a transaction that could change nothing, and whose settings a pooler gives to nobody else. */
    private static <S> List<Finding> readOnly(
            Examination<S> examination, S subject, String where, Connection connection) {
        try {
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET LOCAL statement_timeout = '30s'");
                statement.execute("SET LOCAL lock_timeout = '2s'");
                return look(examination, subject, where);
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            return List.of(notLookedAt(examination, where, e));
        }
    }

    private static <S> List<Finding> look(Examination<S> examination, S subject, String where) {
        try {
            return examination.look(subject).stream()
                    .map(remark -> new Finding(examination.area(), where, remark))
                    .toList();
        } catch (FirnException e) {
            return List.of(Finding.error(examination.area(), where, e));
        } catch (SQLException | RuntimeException e) {
            return List.of(notLookedAt(examination, where, e));
        }
    }

    private static Finding notLookedAt(Examination<?> examination, String where, Exception why) {
        String state = DatabaseFailures.state(why);
        boolean lost = state.startsWith("08") || state.startsWith("57P");
        return new Finding(
                examination.area(),
                where,
                new Remark(
                        lost ? Severity.ERROR : Severity.WARNING,
                        "%s could not be looked at: %s"
                                .formatted(examination.area().word(), DatabaseFailures.reason(why)),
                        lost
                                ? "see that the database stays up, and ask again"
                                : "mend what the message names and ask again; if it names nothing, please report it"));
    }
}
