package dev.firn.source;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes staged rows a partition; what the parent does not hand down is taken from the partition next to it. */
record PartitionAttachment(Partitions source) implements Attachment {

    @Override
    public void requireKnown(Table table) {
        // PostgreSQL's own ways of attaching are the same since 13.
    }

    @Override
    public List<Chunk> chunks(Connection connection, Table table) throws SQLException {
        return source.chunks(connection, table);
    }

    @Override
    public boolean adoptsIndexes() {
        return true;
    }

    @Override
    public Chunk attach(Connection connection, ReadyChunk ready, boolean compress, Optional<String> formerName)
            throws SQLException {
        Table table = ready.table();
        Optional<Chunk> sibling = Tablespaces.nearest(source.chunks(connection, table), ready.range());
        TableName relation = StagingTables.rename(connection, ready, formerName);
        if (sibling.isPresent()) {
            new Likeness(connection, sibling.get().oid(), relation).give();
        }
        Query.execute(
                connection,
                "ALTER TABLE %s ATTACH PARTITION %s %s"
                        .formatted(
                                table.name().quoted(),
                                relation.quoted(),
                                Bounds.of(connection, table, ready.range()).ofPartition()));
        StagingIndexes.requireThoseOfTheTable(connection, ready, relation);
        // It has spared the reading of all rows under the lock, and says no more than the partition's bounds.
        StagingTables.dropRangeCheck(connection, relation);
        if (sibling.isPresent()) {
            new Likeness(connection, sibling.get().oid(), relation).giveReplicaIdentity();
        }
        return source.chunkAt(connection, table, ready.range())
                .filter(chunk -> chunk.relation().equals(relation))
                .orElseThrow(() -> new FirnException(
                        Category.DATA,
                        ready.toString(),
                        "the database answered that it was attached, yet it is not listed; the transaction is not committed",
                        "report this with the version of PostgreSQL"));
    }

    @Override
    public MoveTarget target(Connection connection, Table table, Chunk into, String condition) throws SQLException {
        List<String> enable = new ArrayList<>();
        List<String> disable = Query.list(
                connection,
                """
                SELECT quote_ident(tgname), CASE tgenabled WHEN 'A' THEN 'ENABLE ALWAYS TRIGGER ' ELSE 'ENABLE TRIGGER ' END
                FROM pg_trigger WHERE tgrelid = ?::oid AND NOT tgisinternal AND tgenabled IN ('O', 'A') AND tgtype & 12 <> 0
                ORDER BY tgname""",
                row -> {
                    enable.add(row.getString(2) + row.getString(1));
                    return "DISABLE TRIGGER " + row.getString(1);
                },
                into.oid());
        alter(connection, into.relation(), disable);
        return new MoveTarget(into.relation(), condition, enable);
    }

    @Override
    public void decompress(Connection connection, Chunk chunk) {
        // A partition never is compressed.
    }

    @Override
    public void compressAgain(Connection connection, Chunk chunk) {
        // Nor is it now.
    }

    @Override
    public void release(Connection connection, MoveTarget target) throws SQLException {
        alter(connection, target.relation(), target.silenced());
    }

    private static void alter(Connection connection, TableName relation, List<String> changes) throws SQLException {
        if (!changes.isEmpty()) {
            Query.execute(connection, "ALTER TABLE " + relation.quoted() + " " + String.join(", ", changes));
        }
    }
}
