package dev.firn.lifecycle;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.StreamHead;
import dev.firn.archive.Expiry;
import dev.firn.archive.Manifest;
import dev.firn.config.WritePathConfig;
import dev.firn.store.Content;
import dev.firn.store.Upload;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Where the streams of a range ended that has expired: one line {@code [stream, position, first and last global position]}
 * each. The catalogue knows it too; but once that is lost, and the rows are gone, nothing else would tell, and the
 * application would number such a stream from its start.
 */
final class HeadsFile {

    private static final JsonFactory JSON = new JsonFactory();

    private final TableWork work;

    HeadsFile(TableWork work) {
        this.work = work;
    }

    /** Of a table whose application goes on from what it finds; nothing of any other. */
    Optional<Expiry.Heads> write(List<Manifest> copies, int generation, String random) throws SQLException {
        Optional<WritePathConfig> path = work.config().writePath();
        if (path.isEmpty()) {
            return Optional.empty();
        }
        String key = work.layout().headsKey(copies.get(0).range(), generation, random);
        Content written;
        try (Upload upload = work.store().create(key)) {
            JsonGenerator json = JSON.createGenerator(new GZIPOutputStream(new BufferedOutputStream(unclosed(upload))));
            json.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
            for (Manifest copy : copies) {
                new ArchivedHeads(work.store(), copy, path.get()).visit(heads -> write(json, heads));
            }
            json.close();
            written = upload.commit();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!work.store().readBack(key).equals(Optional.of(written))) {
            throw changed(key);
        }
        return Optional.of(new Expiry.Heads(key, written));
    }

    /** Closed last, and not with what writes into it: that would end it before it is committed. */
    private static java.io.OutputStream unclosed(Upload upload) {
        return new java.io.FilterOutputStream(upload) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                out.write(bytes, offset, length);
            }

            @Override
            public void close() throws IOException {
                flush();
            }
        };
    }

    private static void write(JsonGenerator json, List<StreamHead> heads) {
        try {
            for (StreamHead head : heads) {
                json.writeStartArray();
                json.writeString(head.stream());
                json.writeNumber(head.position());
                if (head.firstGlobal().isPresent()) {
                    json.writeNumber(head.firstGlobal().getAsLong());
                    json.writeNumber(head.lastGlobal().getAsLong());
                }
                json.writeEndArray();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Each stream once in a list, but maybe in several. */
    void read(Expiry.Heads heads, HeadVisitor visitor) throws SQLException {
        if (!work.store().readBack(heads.key()).equals(Optional.of(heads.content()))) {
            throw changed(heads.key());
        }
        try (InputStream stream =
                        work.store().stream(heads.key(), 0, heads.content().size());
                JsonParser json = JSON.createParser(new GZIPInputStream(stream))) {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                String name = json.nextTextValue();
                long position = json.nextLongValue(0);
                OptionalLong first = OptionalLong.empty();
                OptionalLong last = OptionalLong.empty();
                if (json.nextToken() == JsonToken.VALUE_NUMBER_INT) {
                    first = OptionalLong.of(json.getLongValue());
                    last = OptionalLong.of(json.nextLongValue(0));
                    json.nextToken();
                }
                visitor.visit(List.of(new StreamHead(name, position, first, last)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FirnException changed(String key) {
        return new FirnException(
                Category.DATA,
                key,
                "reading where the streams of an expired range ended: it is not the file that was written; nothing was"
                        + " changed",
                "bring it back from a backup or an older version of the object: without it such a stream would begin anew");
    }
}
