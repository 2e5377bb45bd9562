package dev.firn.types;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FirnException;
import dev.firn.types.PgType.Kind;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CodecsTest {

    @ParameterizedTest(name = "{1}")
    @MethodSource("columns")
    void givesEachTypeItsColumn(PgType type, String expected) {
        assertThat(Codecs.of(type).parquetType("c", 7).toString().replaceAll("\\s+", " "))
                .isEqualTo(expected);
    }

    static Stream<Arguments> columns() {
        return Stream.of(
                Arguments.of(PgTypes.builtIn("int2"), "optional int32 c = 7"),
                Arguments.of(PgTypes.builtIn("oid"), "optional int64 c = 7"),
                Arguments.of(PgTypes.builtIn("float4"), "optional float c = 7"),
                Arguments.of(PgTypes.builtIn("bool"), "optional boolean c = 7"),
                Arguments.of(PgTypes.builtIn("bpchar", 7, "character(3)"), "optional binary c (STRING) = 7"),
                Arguments.of(PgTypes.builtIn("jsonb"), "optional binary c (STRING) = 7"),
                Arguments.of(PgTypes.builtIn("uuid"), "optional binary c (STRING) = 7"),
                Arguments.of(PgTypes.builtIn("bytea"), "optional binary c = 7"),
                Arguments.of(PgTypes.builtIn("timestamptz"), "optional int64 c (TIMESTAMP(MICROS,true)) = 7"),
                Arguments.of(PgTypes.builtIn("timestamp"), "optional int64 c (TIMESTAMP(MICROS,false)) = 7"),
                Arguments.of(PgTypes.builtIn("date"), "optional int32 c (DATE) = 7"),
                Arguments.of(PgTypes.builtIn("time"), "optional binary c (STRING) = 7"),
                Arguments.of(PgTypes.numeric(9, 2), "optional int32 c (DECIMAL(9,2)) = 7"),
                Arguments.of(PgTypes.numeric(18, 0), "optional int64 c (DECIMAL(18,0)) = 7"),
                Arguments.of(PgTypes.numeric(19, 0), "optional fixed_len_byte_array(9) c (DECIMAL(19,0)) = 7"),
                Arguments.of(PgTypes.numeric(38, 10), "optional fixed_len_byte_array(16) c (DECIMAL(38,10)) = 7"),
                Arguments.of(PgTypes.numeric(3, 5), "optional int32 c (DECIMAL(5,5)) = 7"),
                Arguments.of(PgTypes.numeric(5, -3), "optional int32 c (DECIMAL(8,0)) = 7"),
                Arguments.of(PgTypes.numeric(39, 0), "optional binary c (STRING) = 7"),
                Arguments.of(PgTypes.numeric(37, -2), "optional binary c (STRING) = 7"),
                Arguments.of(PgTypes.builtIn("numeric"), "optional binary c (STRING) = 7"),
                Arguments.of(PgTypes.domainOver(PgTypes.builtIn("int8")), "optional int64 c = 7"),
                Arguments.of(
                        PgTypes.domainOver(PgTypes.arrayOf(PgTypes.domainOver(PgTypes.numeric(4, 1)))),
                        "optional group c (LIST) = 7 { repeated group list {"
                                + " optional int32 element (DECIMAL(4,1)) = 1000007; } }"));
    }

    @Test
    void aTypeWithoutAColumnOfItsOwnLeavesThroughItsOutputFunction() {
        ColumnCodec inet = Codecs.of(PgTypes.builtIn("inet", -1, "inet"));

        assertThat(inet.selectExpression("\"address\""))
                .isEqualTo("pg_catalog.textin(\"pg_catalog\".\"inetout\"((\"address\")))");
        assertThat(inet.carrierType()).contains("pg_catalog.text");
        assertThat(inet.restoreExpression("\"address\"")).isEqualTo("CAST(\"address\" AS inet)");
    }

    @Test
    void aTypeWithAColumnOfItsOwnLeavesAsItIs() {
        ColumnCodec uuid = Codecs.of(PgTypes.builtIn("uuid"));

        assertThat(uuid.selectExpression("\"id\"")).isEqualTo("\"id\"");
        assertThat(uuid.carrierType()).isEmpty();
        assertThat(uuid.restoreExpression("\"id\"")).isEqualTo("\"id\"");
    }

    @Test
    void xmlIsNotPrintedBecauseItsOutputFunctionDropsTheEncoding() {
        PgType xml = PgTypes.builtIn("xml");

        assertThat(Codecs.of(xml).selectExpression("\"x\"")).isEqualTo("(\"x\")::pg_catalog.text");
        assertThat(Codecs.of(PgTypes.arrayOf(xml)).selectExpression("\"x\"")).isEqualTo("(\"x\")::pg_catalog.text[]");
        assertThat(Codecs.of(PgTypes.arrayOf(xml)).carrierType()).contains("pg_catalog.text[]");
    }

    @Test
    void aTypeOfTheUsersThatIsCalledLikeABuiltInOneIsNotTakenForIt() {
        PgType pretender = PgTypes.other(Kind.BASE, "int4", "\"public\".\"int4out\"");

        assertThat(Codecs.of(pretender).carrierType()).contains("pg_catalog.text");
    }

    @Test
    void citextIsText() {
        assertThat(Codecs.of(PgTypes.other(Kind.BASE, "citext", "\"public\".\"citextout\""))
                        .carrierType())
                .isEmpty();
        assertThat(Codecs.of(PgTypes.other(Kind.BASE, "citext", "\"public\".\"mine\""))
                        .carrierType())
                .isPresent();
    }

    @Test
    void refusesWhatCouldNeverComeBack() {
        PgType pseudo = PgTypes.other(Kind.PSEUDO, "anyelement", "\"pg_catalog\".\"anyelement_out\"");
        Column column = new Column("vector", "vector", 1, 1, PgTypes.builtIn("gtsvector"), false, false);

        assertThatThrownBy(() -> Codecs.of(pseudo))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("type anyelement: choosing how to archive it: it is no type of values");
        assertThatThrownBy(() -> Codecs.of(List.of(column)))
                .isInstanceOf(FirnException.class)
                .hasMessageStartingWith("column vector: type gtsvector: choosing how to archive it: PostgreSQL accepts")
                .hasMessageContaining("HINT: leave the table out");
        assertThatThrownBy(() -> Codecs.of(PgTypes.arrayOf(PgTypes.builtIn("pg_node_tree"))))
                .isInstanceOf(FirnException.class);
    }
}
