package dev.firn.rehydrator;

import dev.firn.TableName;
import dev.firn.testing.Eventodb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** An application that owns tables, hypertables or partitions of plain PostgreSQL, and asks what they hold. */
record Application(Connection owner, boolean hypertables) {

    /** Hypertables where the database has TimescaleDB. */
    static Application of(Connection owner) throws SQLException {
        long extensions = Eventodb.number(owner, "SELECT count(*) FROM pg_extension WHERE extname = 'timescaledb'")
                .orElseThrow();
        Application application = new Application(owner, extensions > 0);
        if (!application.hypertables) {
            application.script("partitions.sql");
        }
        return application;
    }

    /** To several questions. */
    Map<String, List<String>> answers(List<String> questions) throws SQLException {
        Map<String, List<String>> answers = new LinkedHashMap<>();
        for (String question : questions) {
            answers.put(question, answers(question));
        }
        return answers;
    }

    /** Its rows, as text. */
    List<String> answers(String question) throws SQLException {
        return Eventodb.texts(owner, "SELECT answer::text FROM (%s) answer".formatted(question));
    }

    /** Which chunks there are, and whether each is compressed. */
    List<String> chunks(TableName table) throws SQLException {
        return answers(
                hypertables
                        ? """
                            SELECT range_start, range_end, is_compressed FROM timescaledb_information.chunks
                            WHERE (hypertable_schema, hypertable_name) = ('%s', '%s') ORDER BY range_start"""
                                .formatted(table.schema(), table.name())
                        : """
                            SELECT c.relname, pg_get_expr(c.relpartbound, c.oid)
                            FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                            WHERE i.inhparent = '%s'::regclass ORDER BY 1"""
                                .formatted(table.quoted()));
    }

    /** Continuous aggregates as they are stored, whatever their views would add; by name of the view. */
    Map<String, List<String>> aggregates() throws SQLException {
        Map<String, List<String>> stored = new TreeMap<>();
        if (hypertables) {
            for (String view : Eventodb.texts(
                    owner, "SELECT view_name::text FROM timescaledb_information.continuous_aggregates")) {
                String buckets = Eventodb.texts(
                                owner,
                                """
                                SELECT format('%%I.%%I', materialization_hypertable_schema, materialization_hypertable_name)
                                FROM timescaledb_information.continuous_aggregates WHERE view_name = '%s'"""
                                        .formatted(view))
                        .get(0);
                stored.put(view, answers("SELECT * FROM %s m ORDER BY m".formatted(buckets)));
            }
        }
        return stored;
    }

    /** All of them, parents before children, which are made later. */
    void refresh() throws SQLException {
        if (hypertables) {
            for (String refresh : Eventodb.texts(
                    owner,
                    """
                    SELECT format('CALL refresh_continuous_aggregate(%L, NULL, NULL)', format('%I.%I', view_schema, view_name))
                    FROM timescaledb_information.continuous_aggregates
                    ORDER BY format('%I.%I', view_schema, view_name)::regclass::oid""")) {
                execute(refresh);
            }
        }
    }

    /** As the scheduler would: every policy that the script has made, of this kind. */
    void runPolicies(String kind) throws SQLException {
        if (hypertables) {
            for (String call : Eventodb.texts(
                    owner,
                    "SELECT format('CALL run_job(%%s)', job_id) FROM timescaledb_information.jobs WHERE proc_name = '%s'"
                                    .formatted(kind)
                            + " ORDER BY job_id")) {
                execute(call);
            }
        }
    }

    /** Makes room for rows of that time; a hypertable does by itself. */
    void makeRoom(TableName table, String width, String from, String to) throws SQLException {
        if (!hypertables) {
            execute("SELECT public.create_partitions('%s', '%s', '%s', '%s')"
                    .formatted(table.quoted(), width, from, to));
        }
    }

    /** Runs a file of {@code deploy/sql/examples}. */
    void script(String name) throws SQLException {
        try {
            execute(Files.readString(Path.of("../deploy/sql/examples").resolve(name)));
        } catch (IOException e) {
            throw new IllegalStateException("reading " + name, e);
        }
    }

    void execute(String sql) throws SQLException {
        Eventodb.execute(owner, sql);
    }
}
