package dev.firn.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;

/** The default chain as Kubernetes feeds it: a token in a file, exchanged for keys by STS. */
class WebIdentityTest {

    private static final String ANSWER =
            """
            <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
              <AssumeRoleWithWebIdentityResult>
                <Credentials>
                  <AccessKeyId>from-sts</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>
                  <SessionToken>session</SessionToken><Expiration>%s</Expiration>
                </Credentials>
              </AssumeRoleWithWebIdentityResult>
            </AssumeRoleWithWebIdentityResponse>""";

    @Test
    void exchangesTheTokenForKeys(@TempDir Path home) throws IOException {
        Path token = Files.writeString(home.resolve("token"), "a-token");
        AtomicReference<String> asked = new AtomicReference<>();
        HttpServer sts = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        sts.createContext("/", exchange -> {
            asked.set(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            byte[] answer = ANSWER.formatted(Instant.now().plusSeconds(3600)).getBytes(UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "text/xml");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        sts.start();
        Map<String, String> properties = Map.of(
                "aws.webIdentityTokenFile",
                token.toString(),
                "aws.roleArn",
                "arn:aws:iam::123456789012:role/firn",
                "aws.region",
                "eu-central-1",
                "aws.endpointUrlSts",
                "http://127.0.0.1:" + sts.getAddress().getPort());
        properties.forEach(System::setProperty);
        try (DefaultCredentialsProvider chain =
                DefaultCredentialsProvider.builder().build()) {
            AwsCredentials keys = chain.resolveCredentials();

            assertThat(keys.accessKeyId()).isEqualTo("from-sts");
            assertThat(asked.get()).contains("Action=AssumeRoleWithWebIdentity").contains("a-token");
        } finally {
            properties.keySet().forEach(System::clearProperty);
            sts.stop(0);
        }
    }
}
