package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether a failure of a read on a standby was the standby's own doing. */
class RecoveryConflictExceptionTest {

    @ParameterizedTest
    @ValueSource(strings = {"40001", "40P01"})
    void isWhatTheServerSaysItself(String state) {
        assertThat(RecoveryConflictException.isOne(new SQLException("canceling statement", state)))
                .isTrue();
    }

    @Test
    void isFoundBelowTheBrokenConnectionThatItLeftBehind() {
        SQLException ended = new SQLException("FATAL: terminating connection due to conflict with recovery", "40001");
        SQLException below = new SQLException("Database connection failed when reading from copy", "08006", ended);
        SQLException after = new SQLException("Database connection failed when reading from copy", "08006");
        after.setNextException(ended);

        assertThat(RecoveryConflictException.isOne(below)).isTrue();
        assertThat(RecoveryConflictException.isOne(after)).isTrue();
    }

    @Test
    void isNoOtherEndOfAConnection() {
        SQLException broken =
                new SQLException("Database connection failed when reading from copy", "08006", new EOFException());

        assertThat(RecoveryConflictException.isOne(broken)).isFalse();
        assertThat(RecoveryConflictException.isOne(
                        new SQLException("FATAL: terminating connection due to administrator command", "57P01")))
                .isFalse();
        assertThat(RecoveryConflictException.isOne(new SQLException())).isFalse();
    }
}
