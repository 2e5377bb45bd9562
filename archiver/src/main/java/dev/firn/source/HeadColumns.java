package dev.firn.source;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.source.Table.TableColumn;
import java.util.List;
import java.util.Optional;

/**
 * The columns that number the rows of a table, known to exist and to be of a kind that can.
 *
 * @param globalPosition empty where rows are numbered by stream only
 */
public record HeadColumns(String stream, String position, Optional<String> globalPosition) {

    /** As they are in COPY BINARY, too: read from an archived copy, a name is the same. */
    private static final List<String> TEXTS = List.of("text", "varchar", "name");

    private static final List<String> NUMBERS = List.of("int2", "int4", "int8");

    /**
     * Looks the columns up in the table.
     *
     * @throws FirnException of category CONFIGURATION for a column that is missing or of another kind
     */
    public static HeadColumns of(Table table, String stream, String position, Optional<String> globalPosition) {
        requireKind(table, stream, TEXTS);
        requireKind(table, position, NUMBERS);
        globalPosition.ifPresent(name -> requireKind(table, name, NUMBERS));
        return new HeadColumns(stream, position, globalPosition);
    }

    private static void requireKind(Table table, String name, List<String> kinds) {
        TableColumn column = column(table, name);
        if (kinds.stream().noneMatch(column.type()::isBuiltIn)) {
            throw refuse(
                    table,
                    "column %s of write-path is of type %s"
                            .formatted(name, column.type().sql()));
        }
    }

    private static TableColumn column(Table table, String name) {
        return table.columns().stream()
                .filter(column -> column.name().equals(name))
                .findFirst()
                .orElseThrow(() -> refuse(table, "it has no column %s, which write-path names".formatted(name)));
    }

    private static FirnException refuse(Table table, String why) {
        return new FirnException(
                Category.CONFIGURATION,
                table.name().toString(),
                why + "; nothing of it was changed",
                "write-path takes the columns with the stream's name and with whole numbers for the positions");
    }

    String streamText() {
        return TableName.quote(stream) + "::text";
    }

    String positionNumber() {
        return TableName.quote(position) + "::bigint";
    }

    String globalNumber() {
        return globalPosition.map(name -> TableName.quote(name) + "::bigint").orElse("NULL::bigint");
    }
}
