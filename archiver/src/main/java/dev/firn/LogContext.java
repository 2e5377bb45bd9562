package dev.firn;

import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.MDC;

/**
 * Says on each line that is logged which namespace, table and range it is about, by SLF4J's mapped diagnostic context. What
 * one thread is at work on another takes over by {@link #carried}.
 */
public final class LogContext {

    public static final String NAMESPACE = "namespace";
    public static final String TABLE = "table";
    public static final String RANGE = "range";

    /** A piece of work that answers something, or fails. */
    @FunctionalInterface
    public interface Work<T, E extends Exception> {
        T run() throws E;
    }

    private LogContext() {}

    /** On a whole namespace. */
    public static void on(String namespace, Runnable work) {
        with(Map.of(NAMESPACE, namespace), work);
    }

    public static void on(String namespace, TableName table, Runnable work) {
        with(Map.of(NAMESPACE, namespace, TABLE, table.toString()), work);
    }

    public static void on(String namespace, TableName table, TimeRange range, Runnable work) {
        with(of(namespace, table, range), work);
    }

    /** The same for work that answers something. */
    public static <T, E extends Exception> T answering(
            String namespace, TableName table, TimeRange range, Work<T, E> work) throws E {
        return with(of(namespace, table, range), work);
    }

    /** The task, for another thread, on what this one is at work on. */
    public static Runnable carried(Runnable task) {
        Map<String, String> here = MDC.getCopyOfContextMap();
        return here == null || here.isEmpty() ? task : () -> with(here, task);
    }

    private static Map<String, String> of(String namespace, TableName table, TimeRange range) {
        return Map.of(NAMESPACE, namespace, TABLE, table.toString(), RANGE, range.toString());
    }

    private static void with(Map<String, String> context, Runnable work) {
        LogContext.<Void, RuntimeException>with(context, () -> {
            work.run();
            return null;
        });
    }

    private static <T, E extends Exception> T with(Map<String, String> context, Work<T, E> work) throws E {
        Map<String, String> before = new LinkedHashMap<>();
        context.forEach((key, value) -> {
            before.put(key, MDC.get(key));
            MDC.put(key, value);
        });
        try {
            return work.run();
        } finally {
            before.forEach((key, value) -> {
                if (value == null) {
                    MDC.remove(key);
                } else {
                    MDC.put(key, value);
                }
            });
        }
    }
}
