package dev.firn.config;

import dev.firn.TableName;
import java.util.List;

/** A namespace with the file it was read from. */
record NamespaceFile(NamespaceConfig settings, SourceFile source) {

    Place placeOf(TableName table) {
        return source.placeOf(List.of("tables", table.schema(), table.name()));
    }
}
