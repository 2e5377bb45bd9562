package dev.firn.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SQL from a manifest is an expression and nothing else, or it is refused. */
class BorrowedSqlTest {

    private static final TableName TABLE = new TableName("app", "Orders");

    @Test
    void namesWhatIsCalledWhateverItsSpelling() {
        assertThat(BorrowedSql.of(
                                "here",
                                "lower(a) || pg_catalog . \"Query To\" (1) || COALESCE ( b, 'f(x)' ) || x[f(1)]")
                        .calls())
                .containsExactly("Query To", "coalesce", "f", "lower");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nextval('app.\"Orders_id_seq\"'::regclass)",
                "'it''s -- no /* comment */ ; at all'::text",
                "E'a \\' quote and a \\\\'",
                "ARRAY['a'::text, 'b'] || '{}'",
                "((v > (5)::numeric) AND (name ~ '^[a-z]*$'::text))",
                "\"we\"\"ird;\" + 1"
            })
    void readsWhatPostgresPrints(String expression) {
        assertThat(BorrowedSql.of("here", expression).requireOneClause().text()).isEqualTo(expression);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1; DROP TABLE app.orders",
                "1) STORED, evil int DEFAULT (2",
                "1)) ; SELECT ((1",
                "1 -- the rest",
                "1 /* the rest",
                "'never closed",
                "\"never closed",
                "E'closed too early \\'",
                "$$x$$",
                "$1",
                "U&\"\\0070g_sleep\"(1)",
                "u&'x'",
                "(1]",
                "[1)",
                "(1",
                "this_name_is_longer_than_postgres_lets_a_name_be_and_would_be_cut_short(1)",
                "\0"
            })
    void refusesWhatIsMoreThanAnExpression(String expression) {
        assertThatThrownBy(() -> BorrowedSql.of("here", expression))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("nothing was created")
                .extracting(e -> ((FirnException) e).category())
                .isEqualTo(Category.REFUSED);
    }

    @Test
    void refusesASecondClause() {
        assertThatThrownBy(() -> BorrowedSql.of("here", "CHECK (f(1, 2) > 0), DROP COLUMN a")
                        .requireOneClause())
                .hasMessageContaining("behind its end");
    }

    @Test
    void readsTheHeadOfAnIndex() {
        BorrowedSql index = BorrowedSql.of(
                "here",
                "CREATE UNIQUE INDEX \"By Name\" ON ONLY app.\"Orders\" USING btree (name, lower(x)) WHERE (x > 1)");

        IndexHead head = IndexHead.of("here", TABLE, index);

        assertThat(head).isEqualTo(new IndexHead(true, "By Name", "btree", 11));
        assertThat(index.from(head.tokens())).isEqualTo(" (name, lower(x)) WHERE (x > 1)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE INDEX i ON app.others USING btree (a)",
                "CREATE INDEX i ON \"Orders\" USING btree (a)",
                "CREATE TABLE app.\"Orders\" (a int)",
                "CREATE INDEX i ON app.orders USING btree (a)",
                "CREATE INDEX CONCURRENTLY i ON app.\"Orders\" USING btree (a)",
                "DROP TABLE app.\"Orders\"",
                ""
            })
    void refusesWhatIsNoIndexOfTheTable(String definition) {
        assertThatThrownBy(() -> IndexHead.of("here", TABLE, BorrowedSql.of("here", definition)))
                .hasMessageContaining("no index of this table");
    }
}
