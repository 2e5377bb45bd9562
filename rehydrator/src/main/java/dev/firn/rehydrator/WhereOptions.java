package dev.firn.rehydrator;

import dev.firn.types.Where;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which rows. */
final class WhereOptions {

    @Option(
            names = "--where",
            paramLabel = "COLUMN=VALUE",
            converter = Converter.class,
            description =
                    "Only rows with such a value; =, <, <=, > or >=, nothing trimmed. Repeated, all have to hold.")
    private List<Where> wheres = List.of();

    List<Where> wheres() {
        return wheres;
    }

    static final class Converter implements ITypeConverter<Where> {

        @Override
        public Where convert(String text) {
            try {
                return Where.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
