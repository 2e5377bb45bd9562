package dev.firn.console;

import dev.firn.TableName;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code schema.table} on a command line. */
public final class TableNameConverter implements ITypeConverter<TableName> {

    @Override
    public TableName convert(String text) {
        try {
            return TableName.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
