package dev.firn.console;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;

/**
 * The log for programs: one JSON object a line, flat, the same keys in each, what the line is about ({@code namespace},
 * {@code table}, {@code range}) as keys of their own, and the hint of a failure apart from its message. Logback's own encoder
 * writes its inner fields: times as numbers, messages with their holes, the context as an object.
 */
public final class JsonLines extends EncoderBase<ILoggingEvent> {

    private static final String HINT = "\nHINT: ";
    private static final Set<String> OURS =
            Set.of("timestamp", "level", "message", "hint", "logger", "thread", "stack");

    private final JsonFactory factory = new JsonFactory();

    @Override
    public byte[] headerBytes() {
        return new byte[0];
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        try (JsonGenerator json = factory.createGenerator(line)) {
            json.writeStartObject();
            json.writeStringField("timestamp", event.getInstant().toString());
            json.writeStringField("level", event.getLevel().toString());
            writeMessage(json, String.valueOf(event.getFormattedMessage()));
            for (Map.Entry<String, String> entry : event.getMDCPropertyMap().entrySet()) {
                if (!OURS.contains(entry.getKey())) {
                    json.writeStringField(entry.getKey(), entry.getValue());
                }
            }
            json.writeStringField("logger", event.getLoggerName());
            json.writeStringField("thread", event.getThreadName());
            if (event.getThrowableProxy() != null) {
                json.writeStringField("stack", ThrowableProxyUtil.asString(event.getThrowableProxy()));
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        line.write('\n');
        return line.toByteArray();
    }

    private static void writeMessage(JsonGenerator json, String message) throws IOException {
        int hint = message.indexOf(HINT);
        json.writeStringField("message", hint < 0 ? message : message.substring(0, hint));
        if (hint >= 0) {
            json.writeStringField("hint", message.substring(hint + HINT.length()));
        }
    }

    @Override
    public byte[] footerBytes() {
        return new byte[0];
    }
}
