package dev.firn.source;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Makes staged rows a chunk of a hypertable: with {@code attach_chunk} since 2.21, and before with the internal function
 * that it was made of.
 */
record HypertableAttachment(Hypertables source) implements Attachment {

    private static final int ATTACH_CHUNK_SINCE = 21;

    private static final String CREATE_CHUNK =
            """
            SELECT chunk_id FROM _timescaledb_functions.create_chunk(
              ?::regclass, jsonb_build_object(?::text, jsonb_build_array(?::bigint, ?::bigint)), ?::name, ?::name, ?::regclass)""";

    private static final String CONSTRAINT_NAMES =
            """
            WITH keys AS (
              SELECT conrelid, conname, pg_get_constraintdef(oid) AS definition,
                     row_number() OVER (PARTITION BY conrelid, pg_get_constraintdef(oid) ORDER BY conindid) AS nth
              FROM pg_constraint WHERE contype IN ('p', 'u'))
            SELECT mine.conname,
                   (_timescaledb_functions.chunk_id_from_relid(?::regclass) || '_' || theirs.conname)::name
            FROM keys mine JOIN keys theirs USING (definition, nth)
            WHERE mine.conrelid = ?::regclass AND theirs.conrelid = ?::oid""";

    private static final String TRIGGERS =
            """
            SELECT quote_ident(tgname) FROM pg_trigger
            WHERE tgrelid = ?::oid AND NOT tgisinternal AND tgenabled IN ('O', 'A') AND tgtype & 12 <> 0
              AND tgname NOT IN ('ts_insert_blocker', 'ts_cagg_invalidation_trigger') ORDER BY 1""";

    @Override
    public void requireKnown(Table table) {
        if (source.refusesToDrop().isPresent()) {
            throw new FirnException(
                    Category.REFUSED,
                    table.name().toString(),
                    source.refusesToDrop().get() + "; nothing was loaded",
                    "use a version of Firn that knows this version of TimescaleDB");
        }
    }

    @Override
    public List<Chunk> chunks(Connection connection, Table table) throws SQLException {
        return source.chunks(connection, table);
    }

    @Override
    public boolean adoptsIndexes() {
        return !insertsOnly() && hasAttachChunk();
    }

    private boolean hasAttachChunk() {
        String[] version = source.info().extensionVersion().split("[.-]", -1);
        return Integer.parseInt(version[1]) >= ATTACH_CHUNK_SINCE;
    }

    @Override
    public Chunk attach(Connection connection, ReadyChunk ready, boolean compress, Optional<String> formerName)
            throws SQLException {
        if (insertsOnly()) {
            return insert(connection, ready);
        }
        Table table = ready.table();
        boolean compressed = compress && isCompressed(connection, table);
        ChunkSkipping skipping = ChunkSkipping.of(connection, table);
        if (!compressed) {
            skipping.requireNone(ready);
        }
        skipping.switchOn();
        TableName relation = StagingTables.rename(connection, ready, Optional.empty());
        // TimescaleDB makes a constraint of its own for the range. Before 2.21 it does not look whether rows keep to
        // it:
        // this one they have kept to since they were loaded.
        StagingTables.dropRangeCheck(connection, relation);
        new Likeness(connection, table.oid(), relation).give();
        if (adoptsIndexes()) {
            RowsAtInfinity aside = RowsAtInfinity.takeFrom(connection, ready, relation);
            if (aside.any()) {
                requireNoTriggers(connection, table, ready.toString());
            }
            attachChunk(connection, ready, relation);
            StagingIndexes.requireThoseOfTheTable(connection, ready, relation);
            aside.putBack();
        } else {
            createChunk(connection, ready, relation);
        }
        if (source.generation().findsConstraintsByName()) {
            nameConstraints(connection, table, relation);
        }
        if (compressed) {
            call(connection, "compress_chunk", relation);
            skipping.requireStatistics(ready, relation);
        }
        return attached(connection, ready, relation);
    }

    /** Under the Apache licence neither way of attaching is there, nor compression. */
    private boolean insertsOnly() {
        return source.info().edition().equals("apache");
    }

    /** TimescaleDB cuts the range as it would now: with the bounds it had, unless the interval was changed. */
    private Chunk insert(Connection connection, ReadyChunk ready) throws SQLException {
        Table table = ready.table();
        requireNoTriggers(connection, table, ready.toString());
        if (!Placement.of(ready.range(), source.chunks(connection, table)).isFree()) {
            throw new ChunkBusyException(
                    ready.toString(), "attaching what was loaded: another chunk was made in its range meanwhile", null);
        }
        String names = StagingTables.assignable(table);
        Query.execute(
                connection,
                "INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM ONLY %s"
                        .formatted(
                                table.name().quoted(),
                                names,
                                names,
                                ready.relation().quoted()));
        Query.execute(connection, "DROP TABLE " + ready.relation().quoted());
        return source.chunkAt(connection, table, ready.range())
                .orElseThrow(() -> new FirnException(
                        Category.REFUSED,
                        ready.toString(),
                        "TimescaleDB cuts this range into other chunks now than when it was archived, and under its Apache licence none can be attached; the transaction is not committed",
                        "set_chunk_time_interval to %d for as long as it takes, or bring the range back into a table of its own"
                                .formatted(ready.range().end() - ready.range().start())));
    }

    /** Also where nobody has said by which columns, as {@link Table#compression} has to. */
    private static boolean isCompressed(Connection connection, Table table) throws SQLException {
        return Query.one(
                connection,
                "SELECT compression_state = 1 FROM _timescaledb_catalog.hypertable WHERE id = ?",
                row -> row.getBoolean(1),
                table.hypertableId());
    }

    private static void attachChunk(Connection connection, ReadyChunk ready, TableName relation) throws SQLException {
        Query.update(
                connection,
                "CALL %s.attach_chunk(?::regclass, ?::regclass, jsonb_build_object(?::text, jsonb_build_array(?::bigint, ?::bigint)))"
                        .formatted(ExtensionSchema.quoted(connection)),
                ready.table().name().quoted(),
                relation.quoted(),
                ready.table().timeColumn(),
                ready.range().start(),
                ready.range().end());
    }

    private static void createChunk(Connection connection, ReadyChunk ready, TableName relation) throws SQLException {
        Query.text(
                connection,
                CREATE_CHUNK,
                ready.table().name().quoted(),
                ready.table().timeColumn(),
                ready.range().start(),
                ready.range().end(),
                relation.schema(),
                relation.name(),
                relation.quoted());
    }

    /** Or a constraint that is dropped from the table stays on this chunk. */
    private static void nameConstraints(Connection connection, Table table, TableName relation) throws SQLException {
        List<String> renames = Query.list(
                connection,
                CONSTRAINT_NAMES,
                row -> "ALTER INDEX %s RENAME TO %s"
                        .formatted(
                                new TableName(relation.schema(), row.getString(1)).quoted(),
                                TableName.quote(row.getString(2))),
                relation.quoted(),
                relation.quoted(),
                table.oid());
        for (String rename : renames) {
            Query.execute(connection, rename);
        }
    }

    private Chunk attached(Connection connection, ReadyChunk ready, TableName relation) throws SQLException {
        Optional<Chunk> found = source.chunkAt(connection, ready.table(), ready.range());
        if (found.isEmpty() || !found.get().relation().equals(relation)) {
            throw new FirnException(
                    Category.DATA,
                    ready.toString(),
                    "the database answered that it was attached, yet it is not listed; the transaction is not committed",
                    "report this with the versions of PostgreSQL and TimescaleDB");
        }
        return found.get();
    }

    /**
     * Through the hypertable: of rows that are inserted into a compressed chunk itself, versions before 2.25 neither
     * check the keys nor see anything later. Triggers of a compressed hypertable cannot be switched off.
     */
    @Override
    public MoveTarget target(Connection connection, Table table, Chunk into, String condition) throws SQLException {
        requireNoTriggers(connection, table, into.toString());
        ChunkSkipping.of(connection, table).switchOn();
        Query.execute(
                connection,
                """
                DO $$ BEGIN
                  IF EXISTS (SELECT FROM pg_settings WHERE name = 'timescaledb.max_tuples_decompressed_per_dml_transaction') THEN
                    SET LOCAL timescaledb.max_tuples_decompressed_per_dml_transaction = 0;
                  END IF;
                END $$""");
        return new MoveTarget(table.name(), condition, List.of());
    }

    private static void requireNoTriggers(Connection connection, Table table, String where) throws SQLException {
        List<String> triggers = Query.texts(connection, TRIGGERS, table.oid());
        if (!triggers.isEmpty()) {
            throw new FirnException(
                    Category.REFUSED,
                    where,
                    "archived rows belong into a chunk that is there, and trigger %s of the table would fire for them again; nothing was loaded"
                            .formatted(String.join(", ", triggers)),
                    "bring the range back into a table of its own");
        }
    }

    @Override
    public void decompress(Connection connection, Chunk chunk) throws SQLException {
        if (chunk.compressed()) {
            call(connection, "decompress_chunk", chunk.relation());
        }
    }

    @Override
    public void compressAgain(Connection connection, Chunk chunk) throws SQLException {
        if (chunk.compressed()) {
            call(connection, "compress_chunk", chunk.relation());
        }
    }

    private static void call(Connection connection, String function, TableName chunk) throws SQLException {
        String name = ExtensionSchema.quoted(connection) + "." + function;
        Query.text(connection, "SELECT %s(?::regclass)".formatted(name), chunk.quoted());
    }

    @Override
    public void release(Connection connection, MoveTarget target) {
        // Nothing was switched off.
    }
}
