package dev.firn.testing;

import dev.firn.store.S3Settings;
import dev.firn.store.S3Settings.AccessKey;
import dev.firn.store.S3Settings.Endpoint;
import dev.firn.store.S3Settings.Patience;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.localstack.LocalStackContainer;
import org.testcontainers.utility.DockerImageName;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * An S3 with one empty bucket: LocalStack where Docker is, else s3proxy in this JVM, which checks signatures too. Says
 * which one it is.
 */
public final class S3Server implements AutoCloseable {

    private static final String LOCALSTACK = "localstack/localstack:4.9.2";
    private static final String REGION = "us-east-1";
    private static final String BUCKET = "firn-test";

    private final URI endpoint;
    private final AccessKey key;
    private final String description;
    private final AutoCloseable server;

    private S3Server(URI endpoint, AccessKey key, String description, AutoCloseable server) {
        this.endpoint = endpoint;
        this.key = key;
        this.description = description;
        this.server = server;
    }

    /** Whichever there is, with nothing in it. */
    public static S3Server start() {
        S3Server started = DockerClientFactory.instance().isDockerAvailable()
                ? localStack()
                : s3proxy(new WholeObjects(new TransientNio2BlobStore()));
        return started.withBucket();
    }

    /** s3proxy over a directory, where a test can look at objects, change them, and find them after a restart. */
    public static S3Server overDirectory(Path directory) {
        return s3proxy(new WholeObjects(new FilesystemNio2BlobStore(directory.toString())))
                .withBucket();
    }

    private static S3Server localStack() {
        LocalStackContainer container = new LocalStackContainer(DockerImageName.parse(LOCALSTACK)).withServices("s3");
        container.start();
        return new S3Server(
                container.getEndpoint(),
                new AccessKey(container.getAccessKey(), container.getSecretKey(), Optional.empty()),
                "LocalStack (" + LOCALSTACK + ")",
                container::stop);
    }

    private static S3Server s3proxy(BlobStore blobs) {
        AccessKey key = new AccessKey("firn-test-id", "firn-test-secret", Optional.empty());
        S3Proxy proxy = S3Proxy.builder()
                .blobStore(blobs)
                .endpoint(URI.create("http://127.0.0.1:0"))
                .awsAuthentication(AuthenticationType.AWS_V4, key.id(), key.secret())
                .ignoreUnknownHeaders(true)
                .stopTimeout(0)
                .build();
        try {
            proxy.start();
        } catch (Exception e) {
            throw new IllegalStateException("s3proxy did not start", e);
        }
        return new S3Server(URI.create("http://127.0.0.1:" + proxy.getPort()), key, "s3proxy in this JVM", proxy::stop);
    }

    private S3Server withBucket() {
        System.out.println("S3 for this test: " + description);
        try (S3Client client = client()) {
            if (client.listBuckets().buckets().stream()
                    .noneMatch(found -> found.name().equals(BUCKET))) {
                client.createBucket(create -> create.bucket(BUCKET));
            }
        }
        return this;
    }

    /** A client with no features, to look and to tamper behind a store's back. The caller closes it. */
    public S3Client client() {
        return S3Client.builder()
                .httpClientBuilder(Apache5HttpClient.builder())
                .endpointOverride(endpoint)
                .region(Region.of(REGION))
                .forcePathStyle(true)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(key.id(), key.secret())))
                .build();
    }

    public URI endpoint() {
        return endpoint;
    }

    public String bucket() {
        return BUCKET;
    }

    public String region() {
        return REGION;
    }

    public AccessKey accessKey() {
        return key;
    }

    public String description() {
        return description;
    }

    /** How to reach a location in the bucket, with short waits. */
    public S3Settings settings(String prefix) {
        return settings(prefix, endpoint);
    }

    /** The same through something that stands in front, such as {@link FaultyHttp}. */
    public S3Settings settings(String prefix, URI through) {
        return new S3Settings(
                BUCKET,
                prefix,
                new Endpoint(Optional.of(through), REGION, true),
                Optional.of(key),
                S3Settings.Writing.DEFAULT,
                new Patience(
                        4,
                        Duration.ofMillis(10),
                        Duration.ofMillis(50),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(40)));
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (Exception e) {
            throw new IllegalStateException(description + " did not stop", e);
        }
    }
}
