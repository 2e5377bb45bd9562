package dev.firn.lifecycle;

import dev.firn.archive.Manifest;
import dev.firn.config.ParquetConfig;
import dev.firn.config.PartitionBy;
import dev.firn.config.TableConfig;
import dev.firn.parquet.ParquetSettings;
import dev.firn.parquet.ParquetTable;
import dev.firn.parquet.WritePlan;
import dev.firn.source.Table;
import dev.firn.source.Table.TableColumn;
import dev.firn.types.Column;
import dev.firn.types.Columns;
import dev.firn.types.SourceColumn;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A table of the database in the words of the archive. */
final class TableDescriptions {

    private TableDescriptions() {}

    /** The columns with the names and ids that earlier copies gave them. */
    static List<Column> columns(Table table, List<Column> everUsed) {
        List<SourceColumn> live = table.columns().stream()
                .map(column -> new SourceColumn(
                        column.name(), column.attnum(), column.type(), column.notNull(), column.generated()))
                .toList();
        return Columns.assign(live, everUsed);
    }

    static Manifest.TableDescription describe(Table table, List<Column> columns, ParquetTable parquet) {
        Map<String, String> defaults = new TreeMap<>();
        Map<String, String> identity = new TreeMap<>();
        for (TableColumn column : table.columns()) {
            column.defaultExpression().ifPresent(expression -> defaults.put(column.name(), expression));
            if (!column.identity().isEmpty()) {
                identity.put(column.name(), column.identity());
            }
        }
        return new Manifest.TableDescription(
                table.timeColumn(),
                table.chunkInterval(),
                columns,
                defaults,
                identity,
                parquet.avroSchema(),
                table.indexes(),
                table.constraints(),
                table.compression()
                        .map(settings -> new Manifest.CompressionSettings(settings.segmentBy(), settings.orderBy())),
                table.types());
    }

    /** The way back: the table that a manifest describes, as the database would describe it. */
    static Table table(Manifest manifest) {
        Manifest.TableDescription description = manifest.description();
        List<TableColumn> columns = description.columns().stream()
                .map(column -> new TableColumn(
                        column.name(),
                        column.attnum(),
                        column.type(),
                        column.notNull(),
                        Optional.ofNullable(description.columnDefaults().get(column.name())),
                        column.generated(),
                        description.identity().getOrDefault(column.name(), "")))
                .toList();
        Optional<Table.Compression> compression = description
                .compression()
                .map(settings -> new Table.Compression(settings.segmentBy(), settings.orderBy(), Optional.empty()))
                .or(() -> manifest.source().compressed()
                        ? Optional.of(new Table.Compression(List.of(), List.of(), Optional.empty()))
                        : Optional.empty());
        return new Table(
                manifest.table(),
                0,
                "",
                description.timeColumn(),
                manifest.range().kind(),
                description.chunkInterval(),
                0,
                columns,
                compression,
                description.indexes(),
                description.constraints(),
                Optional.empty(),
                description.types());
    }

    static WritePlan writePlan(TableConfig config, Table table, ParquetTable parquet) {
        ParquetConfig settings = config.parquet();
        List<String> bloom = settings.bloomFilters()
                .orElseGet(() ->
                        table.compression().map(Table.Compression::segmentBy).orElse(List.of()));
        return new WritePlan(
                parquet,
                new ParquetSettings(
                        settings.zstdLevel(),
                        settings.fileBytes(),
                        settings.rowGroupBytes(),
                        settings.pageBytes(),
                        settings.pageRows()),
                table.timeColumn(),
                table.timeKind(),
                config.partitionBy() == PartitionBy.DAY,
                Set.copyOf(bloom),
                Map.of("firn.version", dev.firn.Version.text()));
    }
}
