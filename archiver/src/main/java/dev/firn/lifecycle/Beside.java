package dev.firn.lifecycle;

import dev.firn.TableName;
import dev.firn.types.Where;
import java.util.List;

/**
 * That rows are loaded into a table beside their own, and which of them.
 *
 * @param name of that table: with a schema, or beside the original without
 */
public record Beside(String name, List<Where> wheres) {

    public Beside {
        wheres = List.copyOf(wheres);
    }

    TableName table(TableName original) {
        return name.indexOf('.') > 0 ? TableName.parse(name) : new TableName(original.schema(), name);
    }
}
