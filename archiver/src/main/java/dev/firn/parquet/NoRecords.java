package dev.firn.parquet;

import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.GroupType;

/** What parquet-java asks for to make records of columns, where none are made. */
final class NoRecords extends GroupConverter {

    private final Converter[] fields;

    private NoRecords(GroupType type) {
        this.fields = type.getFields().stream()
                .map(field -> field.isPrimitive() ? new PrimitiveConverter() {} : new NoRecords(field.asGroupType()))
                .toArray(Converter[]::new);
    }

    static GroupConverter of(GroupType type) {
        return new NoRecords(type);
    }

    @Override
    public Converter getConverter(int field) {
        return fields[field];
    }

    @Override
    public void start() {}

    @Override
    public void end() {}
}
