package dev.firn.lifecycle;

import dev.firn.StreamHead;
import java.sql.SQLException;
import java.util.List;

/** Is given heads of streams, some at a time: each stream once in a list, but maybe again in a later one. */
@FunctionalInterface
interface HeadVisitor {
    void visit(List<StreamHead> heads) throws SQLException;
}
