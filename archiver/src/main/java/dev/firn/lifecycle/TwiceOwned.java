package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.catalog.Catalog;
import dev.firn.config.Configuration.Rival;
import java.util.List;

/**
 * Tables that two namespaces name under different addresses of one database, such as {@code localhost} and {@code 127.0.0.1}.
 * No look at the files tells that; the catalogue does, which both have in that database. Who was registered there first keeps
 * them, so that all nodes decide alike.
 */
final class TwiceOwned {

    private TwiceOwned() {}

    static void refuse(Catalog catalog, String namespace, List<Rival> rivals) {
        for (Rival rival : rivals) {
            if (catalog.comesAfter(namespace, rival.namespace())) {
                throw new FirnException(
                        Category.CONFIGURATION,
                        namespace,
                        "opening it: %s belongs to namespace '%s' already, whose database is the same one under another"
                                        .formatted(rival.table(), rival.namespace())
                                + " address: a chunk has one owner; nothing was changed",
                        "take the table out of one of the two files");
            }
        }
    }
}
