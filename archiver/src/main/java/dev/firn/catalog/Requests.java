package dev.firn.catalog;

import dev.firn.FirnException;
import dev.firn.TableName;
import dev.firn.catalog.RestoreRequest.End;
import dev.firn.catalog.RestoreRequest.Part;
import dev.firn.catalog.RestoreRequest.RangeState;
import dev.firn.catalog.RestoreRequest.Standing;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What was asked for with {@code firn.rehydrate()}. One worker at a time has a request, under a lease like that of a
 * claim: whoever is silent for longer may lose it, and writes nothing about it from then on. Which ranges may be worked on
 * is for the {@link Claim}s to say, as always.
 */
public final class Requests {

    /** The channel on which {@code firn.rehydrate()} notifies; the payload is the namespace. */
    public static final String CHANNEL = "firn_requests";

    private static final Duration REMEMBERED = Duration.ofDays(90);

    private static final String HELD = " WHERE id = ? AND token = ? AND state = 'working'";

    private static final String NEXT =
            """
            UPDATE firn.request SET state = 'working', holder = ?, token = nextval('firn.fencing_token'),
              begun_at = coalesce(begun_at, clock_timestamp()), tries = tries + 1, renewed_at = clock_timestamp(),
              expires_at = clock_timestamp() + ? * interval '1 millisecond'
            WHERE id = (
              SELECT id FROM firn.request
              WHERE namespace = ? AND id > ? AND (? OR table_schema = ? AND table_name = ?)
                AND (state = 'asked' AND (? OR retry_after <= clock_timestamp())
                  OR state = 'working' AND expires_at <= clock_timestamp())
              ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING *""";

    private final Transactions transactions;

    Requests(Transactions transactions) {
        this.transactions = transactions;
    }

    /**
     * Takes the oldest open request that nobody else has, one of a dead worker too.
     *
     * @param only of this table
     * @param after of a higher number than this
     * @param impatient also one whose pause after a failure is not over
     */
    public Optional<RestoreRequest> take(
            String namespace, Optional<TableName> only, long after, boolean impatient, String holder, Duration lease) {
        return transactions.run(namespace, "looking for requests", connection -> {
            endCancelled(connection, namespace);
            return Sql.one(
                    connection,
                    Requests::read,
                    NEXT,
                    holder,
                    lease.toMillis(),
                    namespace,
                    after,
                    only.isEmpty(),
                    only.map(TableName::schema).orElse(""),
                    only.map(TableName::name).orElse(""),
                    impatient);
        });
    }

    /** Forgets those that ended long ago; the audit trail keeps them. */
    public int forgetOld(String namespace) {
        return transactions.run(
                namespace,
                "forgetting old requests",
                connection -> Sql.update(
                        connection,
                        "DELETE FROM firn.request"
                                + " WHERE namespace = ? AND ended_at < clock_timestamp() - ? * interval '1 millisecond'",
                        namespace,
                        REMEMBERED.toMillis()));
    }

    /** Gives a sign of life, and answers whether there is a reason to stop. */
    public Standing renew(RestoreRequest request, Duration lease) {
        return transactions.run(request, "renewing the request", connection -> Sql.one(
                        connection,
                        row -> row.getBoolean("stop") ? Standing.CANCELLED : Standing.HELD,
                        "UPDATE firn.request SET renewed_at = clock_timestamp(),"
                                + " expires_at = clock_timestamp() + ? * interval '1 millisecond'"
                                + HELD
                                + " RETURNING cancel_asked_at IS NOT NULL AS stop",
                        lease.toMillis(),
                        request.id(),
                        request.token())
                .orElse(Standing.LOST));
    }

    /** Records which ranges it is about; what an earlier worker brought back stays written. */
    public void recordParts(RestoreRequest request, List<Part> parts) {
        transactions.run(request, "recording its ranges", connection -> {
            if (!lockIfHeld(connection, request)) {
                return null;
            }
            Sql.update(
                    connection,
                    "DELETE FROM firn.request_range WHERE request = ? AND state NOT IN ('restored', 'there')",
                    request.id());
            for (Part part : parts) {
                Sql.update(
                        connection,
                        "INSERT INTO firn.request_range (request, range_start, range_end, range_text, state, rows, bytes)"
                                + " VALUES (?, ?, ?, ?, 'waiting', ?, ?) ON CONFLICT DO NOTHING",
                        request.id(),
                        part.range().start(),
                        part.range().end(),
                        part.range().toString(),
                        part.rows(),
                        part.bytes());
            }
            return null;
        });
    }

    /** Records how far a range is. One that this request has brought back stays so, whoever finds it there later. */
    public void recordPart(
            RestoreRequest request, Part part, RangeState state, long rowsLoaded, Optional<String> note) {
        transactions.run(request, "recording how far it is", connection -> {
            if (!lockIfHeld(connection, request)) {
                return null;
            }
            return Sql.update(
                    connection,
                    "UPDATE firn.request_range SET rows_loaded = ?, note = ?, state = ?"
                            + " WHERE request = ? AND range_start = ? AND range_end = ? AND state <> 'restored'",
                    rowsLoaded,
                    note.orElse(null),
                    lower(state),
                    request.id(),
                    part.range().start(),
                    part.range().end());
        });
    }

    /** Records its end; answers false where it had passed to another worker, which decides then. */
    public boolean end(RestoreRequest request, End how, Optional<FirnException> failure) {
        return transactions.run(request, "recording its end", connection -> {
            int ended = Sql.update(
                    connection,
                    "UPDATE firn.request SET state = ?, ended_at = clock_timestamp(), holder = NULL, token = NULL,"
                            + " expires_at = NULL, failure_category = ?, failure_message = ?, failure_hint = ?" + HELD,
                    lower(how),
                    failure.map(why -> why.category().name()).orElse(null),
                    failure.map(Requests::message).orElse(null),
                    failure.map(FirnException::hint).orElse(null),
                    request.id(),
                    request.token());
            if (ended > 0) {
                audit(connection, request, "request " + lower(how), failure);
            }
            return ended > 0;
        });
    }

    /** Leaves it open for a later try. */
    public boolean putBack(RestoreRequest request, FirnException failure, Duration pause) {
        return transactions.run(
                request,
                "leaving it for a later try",
                connection -> Sql.update(
                                connection,
                                "UPDATE firn.request SET state = 'asked', holder = NULL, token = NULL, expires_at = NULL,"
                                        + " retry_after = clock_timestamp() + ? * interval '1 millisecond',"
                                        + " failure_category = ?, failure_message = ?, failure_hint = ?" + HELD,
                                pause.toMillis(),
                                failure.category().name(),
                                message(failure),
                                failure.hint(),
                                request.id(),
                                request.token())
                        > 0);
    }

    /** What was to stop, and whose worker died before it could. */
    private static void endCancelled(Connection connection, String namespace) throws SQLException {
        List<RestoreRequest> dead = Sql.list(
                connection,
                Requests::read,
                "SELECT * FROM firn.request WHERE namespace = ? AND state = 'working' AND cancel_asked_at IS NOT NULL"
                        + " AND expires_at <= clock_timestamp() FOR UPDATE SKIP LOCKED",
                namespace);
        for (RestoreRequest request : dead) {
            Sql.update(
                    connection,
                    "UPDATE firn.request SET state = 'cancelled', ended_at = clock_timestamp(), holder = NULL,"
                            + " token = NULL, expires_at = NULL" + HELD,
                    request.id(),
                    request.token());
            audit(connection, request, "request cancelled", Optional.empty());
        }
    }

    private static boolean lockIfHeld(Connection connection, RestoreRequest request) throws SQLException {
        return Sql.exists(
                connection, "SELECT 1 FROM firn.request" + HELD + " FOR NO KEY UPDATE", request.id(), request.token());
    }

    private static void audit(
            Connection connection, RestoreRequest request, String action, Optional<FirnException> failure)
            throws SQLException {
        Map<String, Object> detail = new HashMap<>();
        detail.put("request", request.id());
        failure.ifPresent(why -> detail.put("category", why.category().name()));
        AuditTrail.write(
                connection,
                new AuditEntry(
                        request.namespace(),
                        Optional.of(request.table()),
                        Optional.of(request.range()),
                        action,
                        OptionalLong.of(request.token()),
                        detail,
                        request.holder()));
    }

    private static String message(FirnException failure) {
        return failure.where() + ": " + failure.what();
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static RestoreRequest read(ResultSet row) throws SQLException {
        return new RestoreRequest(
                row.getLong("id"),
                row.getString("namespace"),
                new TableName(row.getString("table_schema"), row.getString("table_name")),
                Sql.range(row),
                Optional.ofNullable(row.getString("keep")),
                row.getInt("tries"),
                row.getString("holder"),
                row.getLong("token"));
    }
}
