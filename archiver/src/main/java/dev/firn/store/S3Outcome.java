package dev.firn.store;

import java.net.ConnectException;
import java.net.UnknownHostException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;

/** What a failed request tells of whether the store carried it out. */
enum S3Outcome {
    /** Not carried out, because the key is taken (or no longer what it was to match). */
    TAKEN,
    /** Not carried out, because the bucket, the object or the upload it speaks of is not there. */
    MISSING,
    /** Not carried out; another attempt may be. */
    BUSY,
    /** Not carried out, and no other attempt will be. */
    REFUSED,
    /** Perhaps carried out: the answer was lost, or told of an error that may have come afterwards. */
    UNSEEN;

    static S3Outcome of(SdkException failure) {
        if (failure instanceof SdkServiceException answer) {
            return ofAnswer(answer);
        }
        if (String.valueOf(failure.getMessage()).startsWith("Unable to load credentials")) {
            return REFUSED;
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException || cause instanceof UnknownHostException) {
                return BUSY;
            }
        }
        return UNSEEN;
    }

    private static S3Outcome ofAnswer(SdkServiceException answer) {
        String code = code(answer);
        if (code.equals("SlowDown") || code.equals("RequestTimeout") || code.equals("RequestTimeTooSkewed")) {
            return BUSY;
        }
        return switch (answer.statusCode()) {
            case 412 -> TAKEN;
            case 404 -> MISSING;
            case 408, 409, 429 -> BUSY;
            case 501 -> REFUSED;
            default -> answer.statusCode() >= 400 && answer.statusCode() < 500 ? REFUSED : UNSEEN;
        };
    }

    /** S3's word for the error, or nothing. */
    static String code(SdkException failure) {
        return failure instanceof AwsServiceException answer
                        && answer.awsErrorDetails() != null
                        && answer.awsErrorDetails().errorCode() != null
                ? answer.awsErrorDetails().errorCode()
                : "";
    }
}
