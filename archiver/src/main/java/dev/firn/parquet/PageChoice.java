package dev.firn.parquet;

import dev.firn.types.Condition;
import dev.firn.types.Operator;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.PrimitiveIterator;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.filter2.columnindex.RowRanges;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.filter2.predicate.FilterPredicate;
import org.apache.parquet.filter2.predicate.Operators.Column;
import org.apache.parquet.filter2.predicate.Operators.SupportsLtGt;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.internal.column.columnindex.ColumnIndex;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.io.api.Binary;

/**
 * Which rows of a row group may meet conditions, as far as its pages tell. A row is left out only where that is certain: a
 * value that its column could not hold is NULL there, so that pages in which the column's name stands among the
 * exceptions are always read.
 */
final class PageChoice {

    private final ParquetFileReader file;
    private final ParquetTable table;
    private final BlockMetaData group;

    PageChoice(ParquetFileReader file, ParquetTable table, BlockMetaData group) {
        this.file = file;
        this.table = table;
        this.group = group;
    }

    RowRanges rows(List<Condition> conditions) throws IOException {
        RowRanges rows = all();
        for (Condition condition : conditions) {
            if (rows.rowCount() > 0 && condition.isToldByStatistics()) {
                rows = RowRanges.intersection(rows, rows(condition));
            }
        }
        return rows;
    }

    private RowRanges rows(Condition condition) throws IOException {
        int column = table.columns().indexOf(condition.column());
        ColumnDescriptor leaf = table.leaves().get(column);
        Optional<Comparable<?>> value = CapturedValue.of(table.newCodecs().get(column), condition.value());
        if (value.isEmpty() && condition.operator() != Operator.EQUAL) {
            return all();
        }
        RowRanges typed = value.isPresent() ? typed(leaf, condition.operator(), value.get()) : RowRanges.EMPTY;
        ColumnDescriptor keys = table.exceptionKeys();
        FilterPredicate named = FilterApi.eq(
                FilterApi.binaryColumn(String.join(".", keys.getPath())),
                Binary.fromString(condition.column().parquetName()));
        return RowRanges.union(typed, pages(keys, named));
    }

    private RowRanges typed(ColumnDescriptor leaf, Operator operator, Comparable<?> value) throws IOException {
        RowRanges pages = pages(leaf, predicate(String.join(".", leaf.getPath()), operator, value));
        boolean ask = operator == Operator.EQUAL && pages.rowCount() > 0;
        return ask && !mayHold(leaf, value) ? RowRanges.EMPTY : pages;
    }

    private boolean mayHold(ColumnDescriptor leaf, Comparable<?> value) throws IOException {
        ColumnChunkMetaData chunk = Footers.chunk(group, leaf);
        BloomFilter filter = chunk.getBloomFilterOffset() < 0 ? null : file.readBloomFilter(chunk);
        return filter == null || filter.findHash(filter.hash(value));
    }

    private RowRanges pages(ColumnDescriptor leaf, FilterPredicate predicate) throws IOException {
        ColumnChunkMetaData chunk = Footers.chunk(group, leaf);
        ColumnIndex index = file.readColumnIndex(chunk);
        OffsetIndex places = file.readOffsetIndex(chunk);
        if (index == null || places == null) {
            return all();
        }
        RowRanges.Builder rows = RowRanges.builder();
        PrimitiveIterator.OfInt pages = predicate.accept(index);
        while (pages.hasNext()) {
            int page = pages.nextInt();
            rows.addSelectedRange(places.getFirstRowIndex(page), places.getLastRowIndex(page, group.getRowCount()));
        }
        return rows.build();
    }

    private RowRanges all() {
        return RowRanges.createSingle(group.getRowCount());
    }

    private static FilterPredicate predicate(String path, Operator operator, Comparable<?> value) {
        if (value instanceof Integer number) {
            return predicate(FilterApi.intColumn(path), operator, number);
        }
        if (value instanceof Long number) {
            return predicate(FilterApi.longColumn(path), operator, number);
        }
        return predicate(FilterApi.binaryColumn(path), operator, (Binary) value);
    }

    private static <T extends Comparable<T>, C extends Column<T> & SupportsLtGt> FilterPredicate predicate(
            C column, Operator operator, T value) {
        return switch (operator) {
            case EQUAL -> FilterApi.eq(column, value);
            case LESS -> FilterApi.lt(column, value);
            case AT_MOST -> FilterApi.ltEq(column, value);
            case GREATER -> FilterApi.gt(column, value);
            case AT_LEAST -> FilterApi.gtEq(column, value);
        };
    }
}
