package dev.firn.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.firn.FirnException.Category;
import dev.firn.store.S3Settings.AccessKey;
import dev.firn.store.S3Settings.Checksums;
import dev.firn.store.S3Settings.Encryption;
import dev.firn.store.S3Settings.Writing;
import dev.firn.testing.FaultyHttp;
import dev.firn.testing.RequestClass;
import dev.firn.testing.S3Server;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

class S3StoreIT extends ObjectStoreContract {

    private static final String PREFIX = "some/where";
    private static final Writing PLAIN =
            new Writing(new Encryption.BucketDefault(), Optional.empty(), Checksums.WHEN_REQUIRED, PART, 3);

    private static S3Server server;
    private static S3Client behind;

    @BeforeAll
    static void start() {
        server = S3Server.start();
        behind = server.client();
    }

    @AfterAll
    static void stop() {
        behind.close();
        server.close();
    }

    @AfterEach
    void empty() {
        behind.listObjectsV2Paginator(list -> list.bucket(server.bucket()))
                .contents()
                .forEach(found -> behind.deleteObject(
                        delete -> delete.bucket(server.bucket()).key(found.key())));
        behind.listMultipartUploadsPaginator(list -> list.bucket(server.bucket()))
                .uploads()
                .forEach(found -> behind.abortMultipartUpload(
                        abort -> abort.bucket(server.bucket()).key(found.key()).uploadId(found.uploadId())));
    }

    @Override
    ObjectStore open() {
        return Stores.open(writing(PLAIN, server.endpoint()));
    }

    private static S3Settings writing(Writing writing, URI through) {
        S3Settings given = server.settings(PREFIX, through);
        return new S3Settings(
                given.bucket(), given.prefix(), given.endpoint(), given.accessKey(), writing, given.patience());
    }

    @Test
    void listsPageAfterPage() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Boolean>> puts = new ArrayList<>();
            for (int i = 0; i < 1100; i++) {
                String key = "many/%04d".formatted(i);
                puts.add(threads.submit(() -> store.putIfAbsent(key, text("x"))));
            }
            for (Future<Boolean> put : puts) {
                assertThat(put.get()).isTrue();
            }
        } finally {
            threads.shutdown();
        }
        assertThat(keys("many/")).hasSize(1100).isSorted();
    }

    @Test
    void seesNothingOutsideItsLocation() {
        putBehind("some/elsewhere", "x");
        putBehind("some/where-else", "x");
        putBehind("some/where/.hidden/object", "x");
        putBehind(PREFIX + "/inside", "x");
        assertThat(keys("")).containsExactly("inside");
    }

    private static void putBehind(String key, String content) {
        behind.putObject(put -> put.bucket(server.bucket()).key(key), RequestBody.fromString(content));
    }

    @Test
    void sendsStorageClassAndEncryptionAlongInAllWaysOfWriting() {
        Writing writing =
                new Writing(new Encryption.S3Managed(), Optional.of("STANDARD_IA"), Checksums.WHEN_SUPPORTED, PART, 2);
        try (FaultyHttp proxy = FaultyHttp.before(server);
                ObjectStore other = Stores.open(writing(writing, proxy.endpoint()))) {
            byte[] content = bytes(2 * PART + 1, 1);
            Content large;
            try (Upload upload = other.create("large")) {
                upload.write(content);
                large = upload.commit();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            other.putIfAbsent("put", text("x"));
            other.copy("large", "copy", large);

            for (RequestClass made :
                    List.of(RequestClass.CREATE_MULTIPART, RequestClass.PUT_OBJECT, RequestClass.COPY_OBJECT)) {
                assertThat(proxy.lastHeader(made, "x-amz-storage-class")).contains("STANDARD_IA");
                assertThat(proxy.lastHeader(made, "x-amz-server-side-encryption"))
                        .contains("AES256");
            }
            for (RequestClass checked : List.of(RequestClass.UPLOAD_PART, RequestClass.PUT_OBJECT)) {
                assertThat(proxy.lastHeader(checked, "x-amz-checksum-crc32")).isPresent();
                assertThat(proxy.lastHeader(checked, "content-md5")).isEmpty();
            }
            assertThat(proxy.lastHeader(RequestClass.COMPLETE_MULTIPART, "x-amz-checksum-crc32"))
                    .contains(S3Requests.crc32(large.crc32()));
            assertThat(other.head("put").orElseThrow().storageClass()).isEqualTo("STANDARD_IA");
            assertThat(other.readBack("copy")).contains(large);
        }
    }

    @Test
    void sendsNoChecksumThatAnOlderStoreDoesNotKnow() throws IOException {
        try (FaultyHttp proxy = FaultyHttp.before(server);
                ObjectStore plain = Stores.open(writing(PLAIN, proxy.endpoint()))) {
            plain.putIfAbsent("put", text("x"));
            try (Upload upload = plain.create("large")) {
                upload.write(bytes(PART + 1, 1));
                upload.commit();
            }
            for (RequestClass made : List.of(RequestClass.UPLOAD_PART, RequestClass.PUT_OBJECT)) {
                assertThat(proxy.lastHeader(made, "content-md5")).isPresent();
                assertThat(proxy.lastHeader(made, "x-amz-checksum-crc32")).isEmpty();
                assertThat(proxy.lastHeader(made, "x-amz-trailer")).isEmpty();
                assertThat(proxy.lastHeader(made, "x-amz-sdk-checksum-algorithm"))
                        .isEmpty();
            }
        }
    }

    @Test
    void readsNoMoreThanWasAskedFor() throws IOException {
        write("object", bytes(1 << 20, 1));
        try (FaultyHttp proxy = FaultyHttp.before(server);
                ObjectStore other = Stores.open(writing(PLAIN, proxy.endpoint()))) {
            other.read("object", 1000, new byte[2000], 0, 2000);
            assertThat(proxy.requests(RequestClass.GET_RANGE)).isEqualTo(1);
            assertThat(proxy.bytesFromStore(RequestClass.GET_RANGE)).isEqualTo(2000);
            assertThat(other.get("object").orElseThrow().content()).hasSize(1 << 20);
            assertThat(proxy.requests(RequestClass.GET_OBJECT)).isEqualTo(1);
            assertThat(proxy.requests(RequestClass.LIST_OBJECTS)).isZero();
        }
    }

    @Test
    void refusesAWrongSecretWithoutTellingIt() {
        S3Settings given = server.settings(PREFIX);
        S3Settings wrong = new S3Settings(
                given.bucket(),
                given.prefix(),
                given.endpoint(),
                Optional.of(new AccessKey(server.accessKey().id(), "not-the-secret", Optional.empty())),
                given.writing(),
                given.patience());
        assumeTrue(server.description().startsWith("s3proxy"), "LocalStack checks no signatures");
        try (ObjectStore stranger = Stores.open(wrong)) {
            assertThatThrownBy(() -> stranger.putIfAbsent("a", text("x")))
                    .isInstanceOfSatisfying(
                            StoreException.class, e -> assertThat(e.category()).isEqualTo(Category.CONFIGURATION))
                    .hasMessageContaining("HINT: check keys")
                    .hasMessageNotContaining("not-the-secret");
        }
        assertThat(wrong.toString()).doesNotContain("not-the-secret");
        assertThat(keys("")).isEmpty();
    }

    @Test
    void saysThatTheBucketIsMissing() {
        S3Settings given = server.settings(PREFIX);
        S3Settings elsewhere = new S3Settings(
                "no-such-bucket", "", given.endpoint(), given.accessKey(), given.writing(), given.patience());
        try (ObjectStore nowhere = Stores.open(elsewhere)) {
            assertThatThrownBy(() -> nowhere.putIfAbsent("a", text("x")))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("s3://no-such-bucket")
                    .hasMessageContaining("HINT: check that the bucket exists");
            assertThatThrownBy(() -> nowhere.get("a")).hasMessageContaining("HINT: check that the bucket exists");
        }
    }
}
