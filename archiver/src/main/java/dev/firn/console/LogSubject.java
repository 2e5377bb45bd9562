package dev.firn.console;

import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.firn.LogContext;
import java.util.Map;

/** Puts before a line's message what it is about, or as much of that as the message does not say itself. */
public final class LogSubject extends ClassicConverter {

    @Override
    public String convert(ILoggingEvent event) {
        Map<String, String> context = event.getMDCPropertyMap();
        String namespace = context.get(LogContext.NAMESPACE);
        if (namespace == null) {
            return "";
        }
        String thing = thing(context);
        String message = String.valueOf(event.getFormattedMessage());
        if (thing.isEmpty()) {
            return message.startsWith(namespace) ? "" : namespace + ": ";
        }
        String subject = namespace + "/" + thing;
        if (message.contains(subject)) {
            return "";
        }
        return message.startsWith(thing) ? namespace + "/" : subject + ": ";
    }

    private static String thing(Map<String, String> context) {
        String table = context.getOrDefault(LogContext.TABLE, "");
        String range = context.getOrDefault(LogContext.RANGE, "");
        return range.isEmpty() ? table : table + " " + range;
    }
}
