package dev.firn.testing;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Decides for {@link RequiresTimescale}. */
final class TimescaleCondition implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (TestDatabase.hasTimescale()) {
            return ConditionEvaluationResult.enabled("TimescaleDB is there");
        }
        String reason = "no TimescaleDB in " + TestServer.instance().server().describe();
        if ("1".equals(System.getenv("FIRN_REQUIRE_TIMESCALEDB"))) {
            throw new IllegalStateException(reason + ", and FIRN_REQUIRE_TIMESCALEDB=1 asks for it");
        }
        return ConditionEvaluationResult.disabled(reason);
    }
}
