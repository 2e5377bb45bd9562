package dev.firn.store;

import dev.firn.FirnException.Category;
import dev.firn.store.S3Settings.Patience;
import java.time.Duration;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * Two clients of one bucket. Requests that can be repeated at will go through {@link #repeating}, which does so by itself.
 * Those whose every outcome matters go through {@link #once}: the repeating is ours, because a repeated conditional write
 * would be told that its own first attempt took the key.
 */
final class S3Connection implements AutoCloseable {

    /** More than as many parts as may be sent, and as many as may be read, at the same time. */
    private static final int CONNECTIONS = 160;

    private final S3Settings settings;
    private final S3RequestCounter counter;
    private final AwsCredentialsProvider credentials;
    private final SdkHttpClient patientHttp;
    private final SdkHttpClient http;
    private final S3Client once;
    private final S3Client oncePatiently;
    private final S3Client repeating;

    S3Connection(S3Settings settings, StoreWatch watch) {
        this.settings = settings;
        this.counter = new S3RequestCounter(watch);
        Patience patience = settings.patience();
        this.credentials = settings.accessKey()
                .<AwsCredentialsProvider>map(S3Connection::given)
                .orElseGet(() -> DefaultCredentialsProvider.builder().build());
        this.http = http(patience.connectTimeout(), patience.requestTimeout());
        this.patientHttp = http(patience.connectTimeout(), patience.longRequestTimeout());
        // Not patiently: the SDK's own timer does not always end a read that waits for an answer, the socket's does.
        this.once = client(http, 1);
        this.oncePatiently = client(patientHttp, 1);
        this.repeating = client(http, patience.attempts());
    }

    private static AwsCredentialsProvider given(S3Settings.AccessKey key) {
        return StaticCredentialsProvider.create(
                key.sessionToken().isPresent()
                        ? AwsSessionCredentials.create(
                                key.id(), key.secret(), key.sessionToken().get())
                        : AwsBasicCredentials.create(key.id(), key.secret()));
    }

    private static SdkHttpClient http(Duration connectTimeout, Duration answerTimeout) {
        return Apache5HttpClient.builder()
                .maxConnections(CONNECTIONS)
                .connectionTimeout(connectTimeout)
                .connectionAcquisitionTimeout(answerTimeout)
                .socketTimeout(answerTimeout)
                .build();
    }

    private S3Client client(SdkHttpClient over, int attempts) {
        Patience patience = settings.patience();
        BackoffStrategy backoff = BackoffStrategy.exponentialDelay(patience.firstBackoff(), patience.longestBackoff());
        S3ClientBuilder builder = S3Client.builder()
                .httpClient(over)
                .region(Region.of(settings.endpoint().region()))
                .credentialsProvider(credentials)
                .forcePathStyle(settings.endpoint().pathStyle())
                // Every checksum that is sent is one of ours: the SDK's own would come as trailers, which many stores
                // reject.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .serviceConfiguration(s3 -> s3.chunkedEncodingEnabled(false))
                .overrideConfiguration(all -> all.apiCallAttemptTimeout(patience.requestTimeout())
                        .addExecutionInterceptor(new WholeAnswers())
                        .addMetricPublisher(counter)
                        .retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(attempts)
                                .backoffStrategy(backoff)
                                .throttlingBackoffStrategy(backoff)
                                .build()));
        settings.endpoint().url().ifPresent(builder::endpointOverride);
        return new StoppableS3(builder.build());
    }

    S3Settings settings() {
        return settings;
    }

    S3Client once() {
        return once;
    }

    /** For what S3 may take minutes for. */
    S3Client oncePatiently() {
        return oncePatiently;
    }

    S3Client repeating() {
        return repeating;
    }

    /** Asks something of the repeating client. */
    <T> T ask(String doing, Supplier<T> request) {
        try {
            return request.get();
        } catch (SdkException e) {
            throw failure(doing, e);
        }
    }

    /** A failure as whoever is on call needs it. */
    StoreException failure(String doing, SdkException e) {
        String code = S3Outcome.code(e);
        String what = "%s: %s".formatted(doing, StoppableS3.reason(e));
        if (StoppableS3.stopped(e)) {
            return new StoreException(
                    Category.PASSING, settings.url(), what, "nothing to do: the next run goes on from here", e);
        }
        if (code.equals("InvalidObjectState")) {
            return new StoreException(
                    Category.REFUSED,
                    settings.url(),
                    what,
                    "the object rests in an archive class: ask S3 to restore it (aws s3api restore-object), then try again; "
                            + ObjectStore.Resting.TIMES,
                    e);
        }
        return switch (S3Outcome.of(e)) {
            case REFUSED ->
                new StoreException(
                        Category.CONFIGURATION,
                        settings.url(),
                        what,
                        "check keys, region, permissions and what the store supports",
                        e);
            case MISSING ->
                new StoreException(
                        Category.CONFIGURATION, settings.url(), what, "check that the bucket exists and its region", e);
            case TAKEN ->
                new StoreException(Category.PASSING, settings.url(), what, "another program was faster; run again", e);
            case BUSY, UNSEEN ->
                new StoreException(
                        Category.PASSING,
                        settings.url(),
                        what,
                        "look at the network and at the health of the store; the next run tries again",
                        e);
        };
    }

    @Override
    public void close() {
        once.close();
        oncePatiently.close();
        repeating.close();
        http.close();
        patientHttp.close();
        if (credentials instanceof DefaultCredentialsProvider chain) {
            chain.close();
        }
    }
}
