package dev.firn.store;

import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import software.amazon.awssdk.services.s3.model.S3Object;

/** S3, and what speaks like it. Asks nothing of a store but creation on the condition of absence. */
final class S3Store implements ObjectStore {

    private final S3Settings settings;
    private final S3Connection connection;
    private final S3Requests requests;
    private final S3Reader reader;
    private final S3Writer writer;
    private final S3Parts sender;
    private final S3Register register;
    private final S3Copier copier;

    S3Store(S3Settings settings, StoreWatch watch) {
        this.settings = settings;
        this.connection = new S3Connection(settings, watch);
        this.requests = new S3Requests(settings);
        this.reader = new S3Reader(connection);
        this.writer = new S3Writer(connection, reader, requests);
        this.sender = new S3Parts(settings);
        this.register = new S3Register(connection, reader, writer, requests);
        this.copier = new S3Copier(connection, reader, requests);
    }

    @Override
    public String url() {
        return settings.url();
    }

    @Override
    public Upload create(String key) {
        return new S3Upload(connection, writer, requests, sender, Keys.check(url(), key));
    }

    @Override
    public boolean putIfAbsent(String key, byte[] content) {
        return writer.putIfAbsent(Keys.check(url(), key), content, content.length, () -> Content.of(content));
    }

    @Override
    public Optional<Versioned> get(String key) {
        return register.get(Keys.check(url(), key));
    }

    @Override
    public boolean replace(String key, byte[] content, String expectedVersion) {
        return register.replace(Keys.check(url(), key), content, expectedVersion);
    }

    @Override
    public Optional<ObjectInfo> head(String key) {
        return reader.head(Keys.check(url(), key))
                .map(found ->
                        S3Reader.info(key, found.contentLength(), found.lastModified(), found.storageClassAsString()));
    }

    @Override
    public Optional<Resting> resting(String key) {
        return reader.head(Keys.check(url(), key)).flatMap(S3ArchiveClasses::resting);
    }

    @Override
    public void read(String key, long position, byte[] into, int offset, int length) {
        reader.read(Keys.check(url(), key), position, into, offset, length);
    }

    @Override
    public InputStream stream(String key, long position, long length) {
        return reader.stream(Keys.check(url(), key), position, length);
    }

    @Override
    public Optional<Pieces> pieces(String key) {
        return reader.pieces(Keys.check(url(), key));
    }

    @Override
    public void copy(String from, String to, Content expected) {
        copier.copy(Keys.check(url(), from), Keys.check(url(), to), expected);
    }

    @Override
    public void delete(String key) {
        register.delete(Keys.check(url(), key));
    }

    @Override
    public void list(String prefix, Consumer<ObjectInfo> visitor) {
        visit(connection, Keys.checkPrefix(url(), prefix), found -> {
            String key = settings.inLocation(found.key());
            if (!Keys.isHidden(key)) {
                visitor.accept(S3Reader.info(key, found.size(), found.lastModified(), found.storageClassAsString()));
            }
        });
    }

    static void visit(S3Connection connection, String prefix, Consumer<S3Object> visitor) {
        S3Settings settings = connection.settings();
        connection.ask("listing '%s'; nothing was changed".formatted(prefix), () -> {
            connection
                    .repeating()
                    .listObjectsV2Paginator(
                            list -> list.bucket(settings.bucket()).prefix(settings.inBucket(prefix)))
                    .contents()
                    .forEach(visitor);
            return Instant.EPOCH;
        });
    }

    @Override
    public List<PendingUpload> pendingUploads(String prefix) {
        List<PendingUpload> found = new ArrayList<>();
        S3Multipart.pending(
                connection,
                Keys.checkPrefix(url(), prefix),
                upload -> found.add(
                        new PendingUpload(settings.inLocation(upload.key()), upload.uploadId(), upload.initiated())));
        return found;
    }

    @Override
    public void abort(PendingUpload upload) {
        S3Multipart.abort(connection, Keys.check(url(), upload.key()), upload.id());
    }

    @Override
    public void close() {
        sender.close();
        reader.close();
        connection.close();
    }
}
