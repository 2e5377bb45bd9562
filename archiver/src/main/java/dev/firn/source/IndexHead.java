package dev.firn.source;

import dev.firn.TableName;
import dev.firn.source.BorrowedSql.Token;
import java.util.List;

/**
 * What the definition of an index says before its columns: {@code CREATE UNIQUE INDEX name ON schema.table USING method}.
 *
 * @param tokens that it consists of
 */
record IndexHead(boolean unique, String name, String method, int tokens) {

    static IndexHead of(String where, TableName table, BorrowedSql definition) {
        List<Token> tokens = definition.tokens();
        int unique = at(tokens, 1).is("unique") ? 1 : 0;
        int only = at(tokens, 4 + unique).is("only") ? 1 : 0;
        int on = 4 + unique + only;
        boolean read = at(tokens, 0).is("create")
                && at(tokens, 1 + unique).is("index")
                && at(tokens, 2 + unique).isName()
                && at(tokens, 3 + unique).is("on")
                && at(tokens, on).isName()
                && at(tokens, on).text().equals(table.schema())
                && at(tokens, on + 1).isSymbol(".")
                && at(tokens, on + 2).isName()
                && at(tokens, on + 2).text().equals(table.name())
                && at(tokens, on + 3).is("using")
                && at(tokens, on + 4).isName()
                && at(tokens, on + 5).isSymbol("(");
        if (!read) {
            throw BorrowedSql.refuse(where, definition.text(), "it is no index of this table");
        }
        return new IndexHead(
                unique == 1, at(tokens, 2 + unique).text(), at(tokens, on + 4).text(), on + 5);
    }

    private static Token at(List<Token> tokens, int index) {
        return index < tokens.size() ? tokens.get(index) : new Token(BorrowedSql.Kind.SYMBOL, "", 0, 0);
    }
}
