package dev.firn.types;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ColumnsTest {

    private static final PgType INTEGER = PgTypes.builtIn("int4");
    private static final PgType TEXT = PgTypes.builtIn("text");

    @Test
    void namesAreLowerCaseSafeAndUnique() {
        List<Column> columns = Columns.assign(
                List.of(
                        live("Time", 1, TEXT),
                        live("time", 2, TEXT),
                        live("TIME", 3, TEXT),
                        live("2nd value", 4, TEXT),
                        live("größe", 5, TEXT),
                        live("日本", 6, TEXT),
                        live("a\"b", 7, TEXT)),
                List.of());

        assertThat(columns)
                .extracting(Column::parquetName)
                .containsExactly("time", "time_2", "time_3", "c_2nd_value", "gr__e", "__", "a_b");
        assertThat(columns).extracting(Column::fieldId).containsExactly(1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void namesOfFirnsOwnAreNeverGiven() {
        List<Column> columns = Columns.assign(
                List.of(live("firn_exceptions", 1, TEXT), live("Chunk", 2, TEXT), live("dt", 3, TEXT)), List.of());

        assertThat(columns).extracting(Column::parquetName).containsExactly("firn_exceptions_2", "chunk_2", "dt_2");
    }

    @Test
    void aColumnThatWasThereBeforeKeepsNameAndId() {
        List<Column> first = Columns.assign(List.of(live("B", 1, TEXT), live("b", 2, TEXT)), List.of());

        List<Column> second =
                Columns.assign(List.of(live("new", 3, TEXT), live("b", 2, TEXT), live("B", 1, TEXT)), first);

        assertThat(second).extracting(Column::parquetName).containsExactly("new", "b_2", "b");
        assertThat(second).extracting(Column::fieldId).containsExactly(3, 2, 1);
    }

    @Test
    void columnsThatTwoWorkersAssignedDifferentlyDoNotAgree() {
        List<Column> before = Columns.assign(List.of(live("a", 1, TEXT)), List.of());
        List<Column> mine = Columns.assign(List.of(live("a", 1, TEXT), live("b", 2, TEXT)), before);
        List<Column> sameId = Columns.assign(List.of(live("a", 1, TEXT), live("c", 3, TEXT)), before);
        List<Column> sameName = Columns.assign(List.of(live("a", 1, TEXT), live("b", 3, INTEGER)), before);

        assertThat(Columns.agree(mine, before)).isTrue();
        assertThat(Columns.agree(mine, mine)).isTrue();
        assertThat(Columns.agree(mine, sameId)).isFalse();
        assertThat(Columns.agree(mine, sameName)).isFalse();
        assertThat(Columns.agree(Columns.assign(List.of(live("c", 3, TEXT)), mine), mine))
                .isTrue();
    }

    @Test
    void aColumnAddedAgainGetsANewIdAndKeepsTheNameWhileItsTypeAllows() {
        List<Column> before = Columns.assign(List.of(live("a", 1, INTEGER), live("b", 2, INTEGER)), List.of());

        List<Column> after = Columns.assign(List.of(live("a", 3, INTEGER), live("b", 4, TEXT)), before);

        assertThat(after).extracting(Column::parquetName).containsExactly("a", "b_2");
        assertThat(after).extracting(Column::fieldId).containsExactly(3, 4);
    }

    @Test
    void aColumnThatChangesItsTypeAndBackFindsItsOldNameAndId() {
        List<Column> first = Columns.assign(List.of(live("a", 1, INTEGER)), List.of());
        List<Column> second = Columns.assign(List.of(live("a", 1, TEXT)), first);
        List<Column> ever = List.of(first.get(0), second.get(0));

        List<Column> third = Columns.assign(List.of(live("a", 1, INTEGER)), ever);

        assertThat(second.get(0).parquetName()).isEqualTo("a_2");
        assertThat(second.get(0).fieldId()).isEqualTo(2);
        assertThat(third).isEqualTo(first);
    }

    @Test
    void aNameThatAnotherColumnLeftBehindIsNotGivenAgain() {
        List<Column> before = Columns.assign(List.of(live("A", 1, TEXT)), List.of());

        List<Column> after = Columns.assign(List.of(live("a", 2, TEXT)), before);

        assertThat(after).extracting(Column::parquetName).containsExactly("a_2");
    }

    @Test
    void anEnumWithMoreLabelsIsTheSameColumn() {
        List<Column> before = Columns.assign(List.of(live("mood", 1, PgTypes.enumOf("sad"))), List.of());
        PgType grown = PgTypes.enumOf("sad", "happy");

        List<Column> after = Columns.assign(List.of(live("mood", 1, grown)), before);

        assertThat(after).containsExactly(new Column("mood", "mood", 1, 1, grown, false, false));
    }

    private static SourceColumn live(String name, int attnum, PgType type) {
        return new SourceColumn(name, attnum, type, false, false);
    }
}
