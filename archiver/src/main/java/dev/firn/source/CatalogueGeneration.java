package dev.firn.source;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How TimescaleDB's own catalogue lays down its chunks, which changes between versions. Each generation joins, to a row
 * {@code c} of {@code chunk}, the chunk's relation {@code r}, its twin {@code t} and its slice {@code s}.
 */
enum CatalogueGeneration {
    /** The first that Firn supports: chunks that were dropped may leave a row behind. */
    SINCE_2_13(13, 25, Parts.RELATION_BY_NAME, Parts.TWIN_BY_CHUNK, Parts.SLICE_BY_CONSTRAINT, "NOT c.dropped"),
    /** {@code chunk.dropped} is gone. */
    SINCE_2_26(26, 27, Parts.RELATION_BY_NAME, Parts.TWIN_BY_CHUNK, Parts.SLICE_BY_CONSTRAINT, "true"),
    /** {@code chunk_constraint} is gone, a slice names its chunk. */
    SINCE_2_28(28, 28, Parts.RELATION_BY_NAME, Parts.TWIN_BY_CHUNK, Parts.SLICE_BY_CHUNK, "true"),
    /** Relations by OID, the twin in {@code compression_settings}. */
    SINCE_2_29(29, 29, Parts.RELATION_BY_OID, Parts.TWIN_BY_SETTINGS, Parts.SLICE_BY_CHUNK, "true");

    /** The pieces of SQL that generations share. */
    private static final class Parts {
        static final String RELATION_BY_NAME =
                """
                LEFT JOIN pg_namespace rn ON rn.nspname = c.schema_name
                LEFT JOIN pg_class r ON r.relnamespace = rn.oid AND r.relname = c.table_name
                """;
        static final String RELATION_BY_OID =
                """
                LEFT JOIN pg_class r ON r.oid = c.relid
                LEFT JOIN pg_namespace rn ON rn.oid = r.relnamespace
                """;
        static final String TWIN_BY_CHUNK =
                """
                LEFT JOIN _timescaledb_catalog.chunk tc ON tc.id = c.compressed_chunk_id
                LEFT JOIN pg_namespace tn ON tn.nspname = tc.schema_name
                LEFT JOIN pg_class t ON t.relnamespace = tn.oid AND t.relname = tc.table_name
                """;
        static final String TWIN_BY_SETTINGS =
                """
                LEFT JOIN _timescaledb_catalog.compression_settings cs ON cs.relid = c.relid
                LEFT JOIN pg_class t ON t.oid = cs.compress_relid
                LEFT JOIN pg_namespace tn ON tn.oid = t.relnamespace
                """;
        static final String SLICE_BY_CONSTRAINT =
                """
                JOIN _timescaledb_catalog.chunk_constraint cc ON cc.chunk_id = c.id
                JOIN _timescaledb_catalog.dimension_slice s ON s.id = cc.dimension_slice_id
                """;
        static final String SLICE_BY_CHUNK = "JOIN _timescaledb_catalog.dimension_slice s ON s.chunk_id = c.id\n";

        private Parts() {}
    }

    private final int firstMinor;
    private final int lastMinor;
    private final String relation;
    private final String twin;
    private final String slice;
    private final String live;

    CatalogueGeneration(int firstMinor, int lastMinor, String relation, String twin, String slice, String live) {
        this.firstMinor = firstMinor;
        this.lastMinor = lastMinor;
        this.relation = relation;
        this.twin = twin;
        this.slice = slice;
        this.live = live;
    }

    /** The FROM and WHERE of a query over the live chunks of the hypertable with the id bound first. */
    String chunksOfHypertable() {
        return """
                FROM _timescaledb_catalog.chunk c
                """
                + slice
                + relation
                + twin
                + "WHERE c.hypertable_id = ? AND " + live + "\n";
    }

    /** Whether a chunk's constraint is known for a copy of the table's by its name, {@code <chunk>_<constraint>}, alone. */
    boolean findsConstraintsByName() {
        return compareTo(SINCE_2_28) >= 0;
    }

    /** The generation that a version of TimescaleDB is known to have; nothing for one that Firn has not met. */
    static Optional<CatalogueGeneration> ofVersion(String extensionVersion) {
        String[] parts = extensionVersion.split("[.-]", -1);
        if (parts.length < 2 || !parts[0].equals("2") || !parts[1].matches("[0-9]{1,4}")) {
            return Optional.empty();
        }
        int minor = Integer.parseInt(parts[1]);
        return Arrays.stream(values())
                .filter(generation -> generation.firstMinor <= minor && minor <= generation.lastMinor)
                .findFirst();
    }

    /** The generation that the catalogue's columns show. */
    static CatalogueGeneration probe(Connection connection) throws SQLException {
        List<String> columns = Query.texts(
                connection,
                """
                SELECT c.relname || '.' || a.attname
                FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = '_timescaledb_catalog' AND c.relname IN ('chunk', 'dimension_slice')
                  AND a.attnum > 0 AND NOT a.attisdropped""");
        if (columns.contains("chunk.relid")) {
            return SINCE_2_29;
        }
        if (columns.contains("dimension_slice.chunk_id")) {
            return SINCE_2_28;
        }
        return columns.contains("chunk.dropped") ? SINCE_2_13 : SINCE_2_26;
    }
}
