package dev.firn.lifecycle;

import dev.firn.testing.EventStore;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Events with large documents, in the streams of the narrow ones: noise, long lists of small objects, repetitions. */
final class WideEvents {

    private static final int SMALLEST = 100_000;

    private WideEvents() {}

    /** Writes documents of 100 kB to {@code widest} bytes each until they are so many bytes together. */
    static void write(
            Connection owner, EventStore events, Instant start, Duration within, long bytes, int widest, int streams)
            throws SQLException {
        Random random = new Random(1);
        CopyIn copy = owner.unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("COPY %s (time, position, stream_name, type, data) FROM STDIN"
                        .formatted(events.table().quoted()));
        long written = 0;
        for (int number = 0; written < bytes; number++) {
            // Small ones are many, and yet half of the bytes are in large ones; the first is the largest.
            int size =
                    number == 0 ? widest : (int) (SMALLEST * Math.pow((double) widest / SMALLEST, random.nextDouble()));
            Instant time = start.plus(Duration.ofSeconds(random.nextInt((int) within.toSeconds())));
            byte[] line = line(time, number, streams, document(random, number % 4, size));
            copy.writeToCopy(line, 0, line.length);
            written += size;
        }
        copy.endCopy();
    }

    /** Positions are far from those of the narrow events. */
    private static byte[] line(Instant time, int number, int streams, byte[] document) {
        ByteArrayOutputStream line = new ByteArrayOutputStream(document.length + 100);
        String stream = "account-" + number % streams;
        line.writeBytes("%s\t%d\t%s\tDocumented\t"
                .formatted(time, 1_000_000_000L + number, stream)
                .getBytes(StandardCharsets.UTF_8));
        line.writeBytes(document);
        line.write('\n');
        return line.toByteArray();
    }

    private static byte[] document(Random random, int kind, int size) {
        return switch (kind) {
            case 0 -> repetition(random, size);
            case 1 -> list(random, size);
            default -> noise(random, size);
        };
    }

    /** Six random bits to a character: nothing that compresses beyond three quarters. */
    private static byte[] noise(Random random, int size) {
        byte[] document = new byte[size];
        for (int i = 0; i < size; i += 5) {
            int bits = random.nextInt();
            for (int k = i; k < Math.min(i + 5, size); k++) {
                document[k] = (byte) ('0' + (bits & 0x3f));
                document[k] = document[k] == '\\' ? (byte) '~' : document[k];
                bits >>>= 6;
            }
        }
        byte[] begin = "{\"noise\": \"".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(begin, 0, document, 0, begin.length);
        document[size - 2] = '"';
        document[size - 1] = '}';
        return document;
    }

    private static byte[] list(Random random, int size) {
        StringBuilder document = new StringBuilder(size + 100).append("{\"readings\": [");
        for (int i = 0; document.length() < size - 100; i++) {
            document.append(i == 0 ? "" : ", ")
                    .append("{\"at\": ")
                    .append(i)
                    .append(", \"value\": ")
                    .append(random.nextInt(100_000))
                    .append('}');
        }
        return document.append("]}").toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] repetition(Random random, int size) {
        String word = Long.toHexString(random.nextLong());
        return ("{\"note\": \"" + word.repeat(size / word.length()) + "\"}").getBytes(StandardCharsets.US_ASCII);
    }
}
