package dev.firn.lifecycle.guards;

import dev.firn.TimeRange;
import dev.firn.config.GuardName;
import dev.firn.source.Aggregate;
import dev.firn.source.ContinuousAggregates;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Rows written into a range whose others are in the archive alone. The next refresh computes its buckets from the late ones
 * only: an insert is all it takes, and nobody is asked. Aggregates on aggregates follow what happens to their parents.
 */
record LateRowsWatch() implements Watch {

    @Override
    public GuardName name() {
        return GuardName.CONTINUOUS_AGGREGATES;
    }

    @Override
    public List<Alarm> alarms(Scene scene) throws SQLException {
        List<TimeRange> gone = scene.gone();
        List<Alarm> alarms = new ArrayList<>();
        ContinuousAggregates aggregates = new ContinuousAggregates(scene.connection(), scene.table());
        for (Aggregate aggregate : gone.isEmpty() ? List.<Aggregate>of() : aggregates.all()) {
            Optional<TimeRange> pending =
                    aggregate.direct() ? aggregates.firstPendingOf(aggregate, gone) : Optional.empty();
            if (pending.isPresent()) {
                alarms.add(Alarm.alarm(
                        name(),
                        pending.get(),
                        "was written into after its rows went to the archive, and the next refresh of %s computes its buckets"
                                        .formatted(aggregate)
                                + " without them",
                        "pause its refresh policy (SELECT alter_job(<job>, scheduled => false)), bring the range back, refresh,"
                                + " and let it go again"));
            }
        }
        return alarms;
    }
}
