package dev.firn.rehydrator;

import dev.firn.config.Keep;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How long a range is kept, on a command line. */
final class KeepConverter implements ITypeConverter<Keep> {

    @Override
    public Keep convert(String text) {
        try {
            return Keep.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
