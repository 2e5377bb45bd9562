package dev.firn.store;

import dev.firn.store.StoreInspection.Answer.NotTold;
import dev.firn.store.StoreInspection.Answer.Told;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;

/** A bucket's own view of itself. */
final class S3Inspection implements StoreInspection {

    private static final String NO_RULES = "NoSuchLifecycleConfiguration";

    private final Clock clock;
    private final S3Settings settings;
    private final S3Connection connection;
    private final S3Requests requests;

    S3Inspection(S3Settings settings, Clock clock) {
        this.clock = clock;
        this.settings = settings;
        this.connection = new S3Connection(settings, StoreWatch.NONE);
        this.requests = new S3Requests(settings);
    }

    @Override
    public String url() {
        return settings.url();
    }

    /** By a listing, since an answer to HEAD does not say why. Whether one may list is asked later, and by its name. */
    @Override
    public Reached reach() {
        Instant before = clock.instant();
        SdkHttpResponse answer;
        try {
            answer = connection
                    .repeating()
                    .listObjectsV2(list -> list.bucket(settings.bucket())
                            .prefix(settings.prefix())
                            .maxKeys(1))
                    .sdkHttpResponse();
        } catch (SdkException e) {
            if (!S3Outcome.code(e).equals("AccessDenied")) {
                throw connection.failure("asking it for the first time; nothing was changed", e);
            }
            answer = ((AwsServiceException) e).awsErrorDetails().sdkHttpResponse();
        }
        return new Reached(true, clock(answer, before, clock.instant()));
    }

    private static Optional<ClockReading> clock(SdkHttpResponse answer, Instant before, Instant after) {
        try {
            return Optional.ofNullable(answer)
                    .flatMap(given -> given.firstMatchingHeader("Date"))
                    .map(date -> Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date)))
                    .map(date -> new ClockReading(date, before, after));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    @Override
    public Answer<List<LifecycleRule>> lifecycleRules() {
        // That there are none is an error of its own, to S3.
        return ask(NO_RULES, List.of(), () -> {
            List<LifecycleRule> rules = new ArrayList<>();
            connection
                    .repeating()
                    .getBucketLifecycleConfiguration(get -> get.bucket(settings.bucket()))
                    .rules()
                    .stream()
                    .filter(rule -> rule.status() == ExpirationStatus.ENABLED)
                    .forEach(rule -> S3LifecycleRule.of(settings, rule).ifPresent(rules::add));
            return List.copyOf(rules);
        });
    }

    @Override
    public Answer<Versioning> versioning() {
        return ask("", Versioning.OFF, () -> {
            BucketVersioningStatus status = connection
                    .repeating()
                    .getBucketVersioning(get -> get.bucket(settings.bucket()))
                    .status();
            if (status == null) {
                return Versioning.OFF;
            }
            return status == BucketVersioningStatus.ENABLED ? Versioning.ON : Versioning.SUSPENDED;
        });
    }

    private static <T> Answer<T> ask(String codeOfNone, T none, Supplier<T> question) {
        try {
            return new Told<>(question.get());
        } catch (SdkException e) {
            return !codeOfNone.isEmpty() && S3Outcome.code(e).equals(codeOfNone)
                    ? new Told<>(none)
                    : new NotTold<>(e.getMessage());
        }
    }

    @Override
    public OptionalLong freeBytes() {
        return OptionalLong.empty();
    }

    @Override
    public void abortUpload(String key) {
        Keys.check(url(), key);
        String id =
                connection.ask("beginning an upload of '%s'; nothing of it is visible".formatted(key), () -> connection
                        .once()
                        .createMultipartUpload(requests.createUpload(key, S3Writer.newToken()))
                        .uploadId());
        S3Multipart.abort(connection, key, id);
    }

    @Override
    public void close() {
        connection.close();
    }
}
