package dev.firn.console;

import ch.qos.logback.core.PropertyDefinerBase;

/** Which of the log's forms is written, as {@code FIRN_LOG} says: {@code text}, for a terminal, or {@code json}. */
public final class LogFormat extends PropertyDefinerBase {

    private static final String TEXT = "text";
    private static final String JSON = "json";

    @Override
    public String getPropertyValue() {
        String given = System.getenv().getOrDefault("FIRN_LOG", "").strip();
        if (given.equalsIgnoreCase(JSON)) {
            return JSON;
        }
        if (!given.isEmpty() && !given.equalsIgnoreCase(TEXT)) {
            System.err.println("FIRN_LOG is neither text nor json, so text is written");
        }
        return TEXT;
    }
}
