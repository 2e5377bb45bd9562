package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.TableName;
import dev.firn.TimeKind;
import dev.firn.TimeRange;
import dev.firn.lifecycle.ExpirySummary.Outcome;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ExpirySummaryTest {

    /** One that failed may have said already that its copies do not count. */
    @Test
    void queryEnginesAreToldOfTablesWhoseCopiesMayHaveCeasedToCount() {
        List<ExpirySummary.Result> results = Stream.of(Outcome.values())
                .map(outcome -> new ExpirySummary.Result(
                        new TableName("public", outcome.name().toLowerCase(Locale.ROOT)),
                        new TimeRange(TimeKind.BIGINT, 0, 10),
                        outcome,
                        1,
                        1,
                        1,
                        Optional.empty(),
                        Optional.empty()))
                .toList();

        assertThat(new ExpirySummary(results, Map.of(), List.of()).touched())
                .containsExactly(new TableName("public", "expired"), new TableName("public", "failed"));
    }
}
