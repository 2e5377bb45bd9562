package dev.firn.parquet;

import dev.firn.FirnException;
import dev.firn.TableName;
import dev.firn.types.Codecs;
import dev.firn.types.Column;
import dev.firn.types.ColumnCodec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.apache.parquet.avro.AvroSchemaConverter;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/**
 * The columns of a table as Parquet and Avro see them: each in its order under its stable field id, and last the reserved
 * map {@value #EXCEPTIONS}, which holds for a row the values that their typed columns cannot hold.
 */
public final class ParquetTable {

    /** Name of the map from a column's Parquet name to the text of the value it could not hold. */
    public static final String EXCEPTIONS = "firn_exceptions";

    /** Footer key under which parquet-avro looks for the schema. */
    static final String AVRO_SCHEMA_KEY = "parquet.avro.schema";

    /** Footer key of the table's name. */
    static final String NAME_KEY = "firn.table";

    /** Field id of {@value #EXCEPTIONS}; its key and value follow. Columns and what is inside them stay below. */
    static final int EXCEPTIONS_ID = 2_000_000_000;

    private final TableName name;
    private final List<Column> columns;
    private final Function<List<Column>, List<ColumnCodec>> codecs;
    private final MessageType schema;
    private final String avroSchema;
    private final List<ColumnDescriptor> leaves;

    private ParquetTable(TableName name, List<Column> columns, Function<List<Column>, List<ColumnCodec>> codecs) {
        this.name = Objects.requireNonNull(name, "name");
        this.columns = List.copyOf(columns);
        this.codecs = codecs;
        checkNames();
        List<Type> fields = new ArrayList<>();
        List<ColumnCodec> each = newCodecs();
        for (int i = 0; i < each.size(); i++) {
            Column column = this.columns.get(i);
            fields.add(each.get(i).parquetType(column.parquetName(), column.fieldId()));
        }
        fields.add(exceptions());
        this.schema = new MessageType(recordName(name), fields);
        checkIds(schema.getFields(), new HashMap<>());
        this.leaves = leavesOf(schema, this.columns);
        this.avroSchema = avroSchemaOf(schema);
    }

    /** The table with the codecs that the types of its columns ask for. */
    public static ParquetTable of(TableName name, List<Column> columns) {
        return of(name, columns, Codecs::of);
    }

    static ParquetTable of(TableName name, List<Column> columns, Function<List<Column>, List<ColumnCodec>> codecs) {
        try {
            return new ParquetTable(name, columns, codecs);
        } catch (IllegalArgumentException e) {
            throw new FirnException(
                    FirnException.Category.REFUSED,
                    name.toString(),
                    "laying out its columns for Parquet: " + e.getMessage() + "; nothing was written",
                    "this is a table that Firn cannot describe in Parquet; please report it with its definition",
                    e);
        }
    }

    public TableName name() {
        return name;
    }

    public List<Column> columns() {
        return columns;
    }

    public MessageType schema() {
        return schema;
    }

    /** The same as JSON of an Avro record, as in the footers, so that parquet-avro reads records. */
    public String avroSchema() {
        return avroSchema;
    }

    /** One codec for each column, for one thread. */
    List<ColumnCodec> newCodecs() {
        return codecs.apply(columns);
    }

    /** The one leaf of each column. */
    List<ColumnDescriptor> leaves() {
        return leaves;
    }

    ColumnDescriptor exceptionKeys() {
        return schema.getColumnDescription(new String[] {EXCEPTIONS, "key_value", "key"});
    }

    ColumnDescriptor exceptionValues() {
        return schema.getColumnDescription(new String[] {EXCEPTIONS, "key_value", "value"});
    }

    /** Position of the column with this PostgreSQL name. */
    int indexOf(String column) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(column)) {
                return i;
            }
        }
        throw new IllegalArgumentException("%s has no column '%s'".formatted(name, column));
    }

    private void checkNames() {
        if (columns.isEmpty()) {
            throw new IllegalArgumentException("it has no columns");
        }
        Set<String> taken = new HashSet<>(Set.of(EXCEPTIONS));
        for (Column column : columns) {
            if (!taken.add(column.parquetName())) {
                throw new IllegalArgumentException(
                        "column %s: the name '%s' is taken".formatted(column.name(), column.parquetName()));
            }
            if (column.fieldId() >= EXCEPTIONS_ID) {
                throw new IllegalArgumentException(
                        "column %s: field id %d is reserved".formatted(column.name(), column.fieldId()));
            }
        }
    }

    private static void checkIds(List<Type> fields, Map<Integer, String> taken) {
        for (Type field : fields) {
            if (field.getId() != null) {
                String other = taken.putIfAbsent(field.getId().intValue(), field.getName());
                if (other != null) {
                    throw new IllegalArgumentException("'%s' and '%s' share field id %d"
                            .formatted(other, field.getName(), field.getId().intValue()));
                }
            }
            if (!field.isPrimitive()) {
                checkIds(field.asGroupType().getFields(), taken);
            }
        }
    }

    private static List<ColumnDescriptor> leavesOf(MessageType schema, List<Column> columns) {
        Map<String, ColumnDescriptor> byName = new HashMap<>();
        for (ColumnDescriptor leaf : schema.getColumns()) {
            boolean second = byName.put(leaf.getPath()[0], leaf) != null;
            if (second && !leaf.getPath()[0].equals(EXCEPTIONS)) {
                throw new IllegalArgumentException("column %s has more than one leaf".formatted(leaf.getPath()[0]));
            }
        }
        return columns.stream().map(column -> byName.get(column.parquetName())).toList();
    }

    private static Type exceptions() {
        return Types.optionalMap()
                .key(Types.required(PrimitiveTypeName.BINARY)
                        .as(LogicalTypeAnnotation.stringType())
                        .id(EXCEPTIONS_ID + 1)
                        .named("key"))
                .value(Types.required(PrimitiveTypeName.BINARY)
                        .as(LogicalTypeAnnotation.stringType())
                        .id(EXCEPTIONS_ID + 2)
                        .named("value"))
                .id(EXCEPTIONS_ID)
                .named(EXCEPTIONS);
    }

    /** Avro allows letters, digits and underscores in the name of a record; it is for people, and need not be unique. */
    private static String recordName(TableName name) {
        String safe = (name.schema() + "_" + name.name()).replaceAll("[^A-Za-z0-9_]", "_");
        return Character.isDigit(safe.charAt(0)) ? "_" + safe : safe;
    }

    private static String avroSchemaOf(MessageType schema) {
        PlainParquetConfiguration configuration = new PlainParquetConfiguration();
        // Lists of values, not lists of one-field records around each value.
        configuration.setBoolean(AvroSchemaConverter.ADD_LIST_ELEMENT_RECORDS, false);
        return new AvroSchemaConverter(configuration).convert(schema).toString();
    }
}
