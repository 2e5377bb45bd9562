package dev.firn.athena.glue;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.athena.glue.GlueSettings.AccessKey;
import dev.firn.athena.glue.GlueSettings.Patience;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.GlueClientBuilder;
import software.amazon.awssdk.services.glue.model.AlreadyExistsException;
import software.amazon.awssdk.services.glue.model.ConcurrentModificationException;
import software.amazon.awssdk.services.glue.model.EntityNotFoundException;

/**
 * A client of Glue. It repeats what was throttled or not answered; a write that succeeded unseen then finds itself there
 * already, or overtaken, and is read again like any other conflict.
 */
final class GlueConnection implements AutoCloseable {

    private static final int CONNECTIONS = 8;
    private static final Set<String> DENIED = Set.of(
            "AccessDeniedException",
            "UnrecognizedClientException",
            "InvalidSignatureException",
            "InvalidClientTokenId",
            "ExpiredTokenException",
            "MissingAuthenticationTokenException",
            "IncompleteSignature",
            "NotAuthorized");
    private static final Set<String> BUSY = Set.of(
            "ThrottlingException",
            "Throttling",
            "TooManyRequestsException",
            "RequestLimitExceeded",
            "InternalServiceException",
            "InternalFailure",
            "OperationTimeoutException",
            "ServiceUnavailable",
            "ServiceUnavailableException");

    private final GlueSettings settings;
    private final AwsCredentialsProvider credentials;
    private final SdkHttpClient http;
    private final GlueClient client;

    GlueConnection(GlueSettings settings) {
        this.settings = settings;
        Patience patience = settings.patience();
        this.credentials = settings.accessKey()
                .<AwsCredentialsProvider>map(GlueConnection::given)
                .orElseGet(() -> DefaultCredentialsProvider.builder().build());
        this.http = Apache5HttpClient.builder()
                .maxConnections(CONNECTIONS)
                .connectionTimeout(patience.requestTimeout())
                .connectionAcquisitionTimeout(patience.requestTimeout())
                .socketTimeout(patience.requestTimeout())
                .build();
        BackoffStrategy backoff = BackoffStrategy.exponentialDelay(patience.firstBackoff(), patience.longestBackoff());
        GlueClientBuilder builder = GlueClient.builder()
                .httpClient(http)
                .region(Region.of(settings.region()))
                .credentialsProvider(credentials)
                .overrideConfiguration(all -> all.apiCallAttemptTimeout(patience.requestTimeout())
                        .retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(patience.attempts())
                                .backoffStrategy(backoff)
                                .throttlingBackoffStrategy(backoff)
                                .build()));
        settings.endpoint().ifPresent(builder::endpointOverride);
        this.client = builder.build();
    }

    private static AwsCredentialsProvider given(AccessKey key) {
        return StaticCredentialsProvider.create(
                key.sessionToken().isPresent()
                        ? AwsSessionCredentials.create(
                                key.id(), key.secret(), key.sessionToken().get())
                        : AwsBasicCredentials.create(key.id(), key.secret()));
    }

    /** Null for the catalog of the account that the credentials are of, as requests have it. */
    String catalogId() {
        return settings.catalogId().orElse(null);
    }

    /**
     * Asks something of Glue.
     *
     * @param where the table concerned
     * @param doing in words
     * @throws CatalogConflict where somebody else was there first, or what was to be changed is gone
     */
    <T> T ask(String where, String doing, Function<GlueClient, T> request) throws CatalogConflict {
        try {
            return request.apply(client);
        } catch (AlreadyExistsException | ConcurrentModificationException | EntityNotFoundException e) {
            throw new CatalogConflict(e.awsErrorDetails().errorMessage(), e);
        } catch (SdkException e) {
            throw failure(where, doing, e);
        }
    }

    private FirnException failure(String where, String doing, SdkException e) {
        String what =
                "%s in the Glue Data Catalog of %s: %s; the archive is not concerned, queries may miss what is new in it"
                        .formatted(doing, settings.region(), e.getMessage());
        String code = e instanceof AwsServiceException service && service.awsErrorDetails() != null
                ? service.awsErrorDetails().errorCode()
                : "";
        boolean passing = !(e instanceof AwsServiceException service)
                || service.statusCode() >= 500
                || service.isThrottlingException()
                || BUSY.contains(code);
        if (DENIED.contains(code) || unresolvable(e)) {
            return new FirnException(
                    Category.CONFIGURATION,
                    where,
                    what,
                    "check the section athena of the namespace's file and the rights of its key; deploy/iam/athena-glue.json"
                            + " names all that are needed, and Lake Formation may want grants of its own",
                    e);
        }
        if (passing) {
            return new FirnException(
                    Category.PASSING,
                    where,
                    what,
                    "look at the network and at the limits of Glue; the next run, or `archiver athena sync`, tries again",
                    e);
        }
        return new FirnException(
                Category.REFUSED, where, what, "Glue says what it does not take; nothing is tried again by itself", e);
    }

    /** The SDK says so by words alone that it found no credentials. */
    private static boolean unresolvable(SdkException e) {
        return e.getMessage() != null && e.getMessage().toLowerCase(Locale.ROOT).contains("unable to load credentials");
    }

    @Override
    public void close() {
        client.close();
        http.close();
        if (credentials instanceof DefaultCredentialsProvider chain) {
            chain.close();
        }
    }
}
