package dev.firn.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;

/**
 * Takes answers in whole before they are parsed. The SDK's parser lets a connection that breaks in the middle of one pass
 * as an unchecked I/O error, which is neither repeated nor one of its own exceptions. Objects themselves are not touched.
 */
final class WholeAnswers implements ExecutionInterceptor {

    @Override
    public Optional<InputStream> modifyHttpResponseContent(
            Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
        if (context.request() instanceof GetObjectRequest
                && context.httpResponse().isSuccessful()) {
            return context.responseBody();
        }
        return context.responseBody().map(WholeAnswers::whole);
    }

    private static InputStream whole(InputStream body) {
        try (body) {
            return new ByteArrayInputStream(body.readAllBytes());
        } catch (IOException e) {
            throw RetryableException.create("the answer was cut short: " + e.getMessage(), e);
        }
    }
}
