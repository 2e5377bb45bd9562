package dev.firn.lifecycle;

import dev.firn.TimeRange;
import dev.firn.archive.Manifest;
import dev.firn.parquet.TimePositions;
import dev.firn.types.Column;
import dev.firn.types.Condition;
import dev.firn.types.Operator;
import dev.firn.types.ValueOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** That a row's time lies within a range, as conditions by which pages are chosen. */
final class TimeConditions {

    private TimeConditions() {}

    /** None for an end that is open. Whoever asks looks at the times of the rows all the same. */
    static List<Condition> of(Manifest manifest, TimeRange wanted) {
        Column time = manifest.description().columns().stream()
                .filter(column -> column.name().equals(manifest.description().timeColumn()))
                .findFirst()
                .orElseThrow();
        List<Condition> conditions = new ArrayList<>();
        add(conditions, time, Operator.AT_LEAST, TimePositions.atOrAfter(wanted.kind(), wanted.start()));
        add(conditions, time, Operator.LESS, TimePositions.atOrAfter(wanted.kind(), wanted.end()));
        return conditions;
    }

    private static void add(List<Condition> conditions, Column time, Operator operator, Optional<byte[]> value) {
        Optional<ValueOrder> order = ValueOrder.of(time.type());
        if (value.isPresent() && order.isPresent()) {
            conditions.add(new Condition(time, operator, value.get(), order.get()));
        }
    }
}
