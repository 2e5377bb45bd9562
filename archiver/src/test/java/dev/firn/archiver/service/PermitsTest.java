package dev.firn.archiver.service;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PermitsTest {

    private static final int MOST = 3;
    private static final int MOST_OF_ONE = 2;

    private final Permits permits = new Permits();

    @Test
    void noDatabaseHasMoreThanItsShareNorAllTogetherMoreThanTheService() {
        assertThat(take("a")).isTrue();
        assertThat(take("a")).isTrue();
        assertThat(permits.hasRoom("a", MOST, MOST_OF_ONE)).isFalse();
        assertThat(permits.hasRoom("b", MOST, MOST_OF_ONE)).isTrue();
        assertThat(take("a")).as("a third of one database").isFalse();
        assertThat(take("b")).isTrue();
        assertThat(take("b")).as("a fourth of the service").isFalse();

        permits.giveBack("a");

        assertThat(permits.taken()).isEqualTo(2);
        assertThat(take("b")).isTrue();
        assertThat(take("a")).isFalse();
    }

    private boolean take(String database) {
        return permits.take(database, MOST, MOST_OF_ONE);
    }
}
