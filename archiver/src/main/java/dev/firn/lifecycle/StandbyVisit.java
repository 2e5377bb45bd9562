package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.config.NamespaceConfig;
import dev.firn.lifecycle.doctor.Area;
import dev.firn.lifecycle.doctor.Finding;
import dev.firn.source.StandbyServer;
import dev.firn.source.StandbyServer.Replay;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A doctor's look at the standby that chunks are read from. */
final class StandbyVisit {

    private final NamespaceConfig config;
    private final Connection primary;
    private final List<Finding> found;

    StandbyVisit(NamespaceConfig config, Connection primary, List<Finding> found) {
        this.config = config;
        this.primary = primary;
        this.found = found;
    }

    void look() {
        try (Standby standby = Standby.of(config, 1).orElse(null)) {
            if (standby != null) {
                look(standby);
            }
        }
    }

    private void look(Standby standby) {
        try (Connection connection = standby.connect()) {
            StandbyServer.requireStandbyOf(primary, connection, config.name(), standby.name());
            Optional<Replay> replay = StandbyServer.replay(connection);
            long behind = replay.isEmpty() ? 0 : StandbyServer.behind(primary, replay.get());
            found.add(Finding.ok(
                    Area.CONNECTION,
                    config.name(),
                    "chunks are read from %s, which is %d KiB behind".formatted(standby.name(), behind >> 10)));
            if (replay.isPresent() && replay.get().paused()) {
                found.add(Finding.error(
                        Area.SERVER,
                        config.name(),
                        "replay is paused on %s: no chunk is read from it".formatted(standby.name()),
                        "SELECT pg_wal_replay_resume() there, once whoever paused it is done"));
            }
            cancelling(standby, connection);
        } catch (FirnException e) {
            found.add(Finding.error(Area.CONNECTION, config.name(), e));
        } catch (SQLException e) {
            found.add(Finding.error(
                    Area.CONNECTION, config.name(), Failures.of(config.name(), "looking at " + standby.name(), e)));
        }
    }

    private void cancelling(Standby standby, Connection connection) throws SQLException {
        Optional<Duration> patience = StandbyServer.patience(connection);
        if (StandbyServer.holdsBackVacuum(connection) || patience.isEmpty()) {
            found.add(Finding.ok(
                    Area.SERVER,
                    config.name(),
                    "what is read from %s is not cancelled for vacuum".formatted(standby.name())));
            return;
        }
        found.add(Finding.note(
                Area.SERVER,
                config.name(),
                "%s cancels what is read from it once its replay has waited for %d ms, for vacuum on the primary too"
                        .formatted(standby.name(), patience.get().toMillis()),
                "nothing to do while chunks are read to their end; else hot_standby_feedback = on there, or a longer"
                        + " max_standby_streaming_delay"));
    }
}
