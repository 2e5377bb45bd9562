package dev.firn.testing;

import java.nio.file.Path;
import java.util.TreeSet;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Counts the tests marked {@link RequiresTimescale}, so that the build can end with how many of them ran. A run without
 * any such test writes nothing.
 */
public final class TimescaleTestCounter implements TestExecutionListener {

    // Static: a JVM may go through several plans, each with a listener of its own.
    private static final TreeSet<String> REASONS = new TreeSet<>();
    private static long run;
    private static long failed;
    private static long skipped;

    private TestPlan plan;

    @Override
    public void testPlanExecutionStarted(TestPlan testPlan) {
        plan = testPlan;
    }

    @Override
    public void executionSkipped(TestIdentifier identifier, String reason) {
        if (isTimescale(identifier)) {
            synchronized (REASONS) {
                // Of a parameterized test that never started, one is known.
                long tests = plan.getDescendants(identifier).stream()
                        .filter(inner -> plan.getChildren(inner).isEmpty())
                        .count();
                skipped += Math.max(1, tests);
                REASONS.add(reason);
            }
        }
    }

    @Override
    public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
        if (!isTimescale(identifier)) {
            return;
        }
        synchronized (REASONS) {
            switch (result.getStatus()) {
                case SUCCESSFUL -> run += identifier.isTest() ? 1 : 0;
                case FAILED -> {
                    run++; // of a class, too, whose set-up failed before its tests
                    failed++;
                }
                case ABORTED -> {
                    skipped++;
                    result.getThrowable().ifPresent(cause -> REASONS.add(String.valueOf(cause.getMessage())));
                }
            }
        }
    }

    @Override
    public void testPlanExecutionFinished(TestPlan testPlan) {
        synchronized (REASONS) {
            if (run + skipped == 0) {
                return;
            }
            new TimescaleTestCounts(Path.of("target")).record(run, failed, skipped, REASONS);
        }
    }

    private static boolean isTimescale(TestIdentifier identifier) {
        return identifier.getTags().stream().anyMatch(tag -> tag.getName().equals(RequiresTimescale.TAG));
    }
}
