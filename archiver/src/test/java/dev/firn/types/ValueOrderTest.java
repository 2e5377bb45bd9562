package dev.firn.types;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is typed is read as PostgreSQL reads it, or not at all. */
class ValueOrderTest {

    @ParameterizedTest
    @CsvSource({
        "int2, 40000",
        "int4, 5000000000",
        "int8, 5.0",
        "int8, ''",
        "int4, ' 5'",
        "uuid, 1-1-1-1-1",
        "bool, yes",
        "float8, 1e999",
        "float8, 1e-999",
        "float4, 1e39",
        "float8, 0x1p3",
        "float8, 1d",
        "numeric, 1e3",
        "numeric, .5",
        "timestamptz, yesterday",
        "timestamptz, 2024-13-01",
        "timestamptz, 2024-01-01T00:00:00.0000005",
        "timestamp, 2024-01-01T00:00:00+01:00",
        "date, 2024-01-01T00:00:00"
    })
    void whatItDoesNotUnderstandIsRefused(String type, String text) {
        assertThatThrownBy(() -> order(type).read(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("expected is ");
    }

    @ParameterizedTest
    @CsvSource({"text", "varchar", "name", "bpchar"})
    void whatACollationOrdersIsComparedForEqualityAlone(String type) {
        assertThat(order(type).decides(Operator.EQUAL)).isTrue();
        assertThat(List.of(Operator.LESS, Operator.AT_MOST, Operator.GREATER, Operator.AT_LEAST))
                .noneMatch(order(type)::decides);
    }

    @ParameterizedTest
    @CsvSource({"json", "jsonb", "interval", "inet", "timetz", "money"})
    void whatOnlyPostgresComparesHasNoOrderHere(String type) {
        assertThat(ValueOrder.of(type(type))).isEmpty();
    }

    @Test
    void labelsThatAnEnumDoesNotHaveAreRefused() {
        PgType mood = new PgType(
                "public",
                "mood",
                -1,
                PgType.Kind.ENUM,
                "public.mood",
                null,
                List.of("sad", "ok"),
                "pg_catalog.enum_out");
        ValueOrder order = ValueOrder.of(mood).orElseThrow();

        assertThat(order.read("ok")).containsExactly('o', 'k');
        assertThat(order.decides(Operator.LESS)).isFalse();
        assertThatThrownBy(() -> order.read("happy")).hasMessageContaining("[sad, ok]");
    }

    private static ValueOrder order(String type) {
        return ValueOrder.of(type(type)).orElseThrow();
    }

    private static PgType type(String name) {
        return new PgType(
                "pg_catalog", name, -1, PgType.Kind.BASE, name, null, List.of(), "pg_catalog.%sout".formatted(name));
    }
}
