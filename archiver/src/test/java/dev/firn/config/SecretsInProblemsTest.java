package dev.firn.config;

import static dev.firn.config.ConfDirectory.DATABASE;
import static dev.firn.config.ConfDirectory.LOCATION;
import static dev.firn.config.ConfDirectory.TABLES;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However a secret is written wrongly, no part of it is told. */
final class SecretsInProblemsTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "database.pasword = hunter2",
                "database.password = [ hunter2 ]",
                "database.password { value = hunter2 }",
                "database.password.hunter2 = x",
                "database.password = hunter2!",
                "database.password = hunter2:x",
                "database.password = hunter2 [1]",
                "database.password = \"hunter2",
                "database.password = \"hun\\qter2\"",
                "database.password = hunter$2hunter2",
                "database.password \"hunter2\"",
                "database.password = hunter2 }",
                "password = hunter2",
                "database.lock-attempts = ${SECRET}",
                "database.lock-attempts = ${database.password}, database.password = hunter2",
                "location { access-key-id = hunter2 }",
                "location { secret-access-key = [ hunter2 ] }",
                "location.url = \"s3://AKIA:hunter2@bucket/x\"",
                "location.endpoint = \"https://user:hunter2@127.0.0.1:9000\"",
                "database.url = \"jdbc:postgresql://firn:hunter2@127.0.0.1/app\"",
                "database.url = \"jdbc:postgresql://firn:hunter2/app\"",
                "database.url = \"jdbc:postgresql://127.0.0.1/app?password=hunter2\"",
                "database.url = \"jdbc:postgresql://127.0.0.1/app?user=x&pass%77ord=hunter2\"",
                "database.url = \"postgres://firn:hunter2@127.0.0.1/app\"",
                "database.url = \"hunter2\"",
            })
    void neverTellsASecret(String line) {
        ConfDirectory conf =
                new ConfDirectory(directory).withVariable("SECRET", "hunter2").with("namespaces/a.conf", line, TABLES);

        ConfigurationException failure = conf.failure();
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));

        assertThat(failure).hasMessageContaining("namespaces/a.conf:");
        assertThat(trace.toString().replace("database.password.hunter2", "")).doesNotContain("hunter", "ter2");
    }

    @Test
    void refusesAPasswordInTheUrlAndSaysWhereItBelongs() {
        ConfDirectory conf = new ConfDirectory(directory)
                .with("namespaces/a.conf", DATABASE.replace("/app", "/app?sslpassword=hunter2"), LOCATION, TABLES);

        assertThat(conf.problems())
                .containsExactly("namespaces/a.conf:1: database.url: no user or password belongs into the URL: use user"
                        + " = … and password = ${?…} (found 'jdbc:…')");
    }

    @Test
    void tellsAnEmptySecretByItsVariable() {
        ConfDirectory conf = new ConfDirectory(directory)
                .withVariable("SECRET", " ")
                .with("namespaces/a.conf", DATABASE, "database.password = ${?SECRET}", LOCATION, TABLES);

        assertThat(conf.problems())
                .containsExactly("namespaces/a.conf:3: database.password: is empty: give a value or leave the line out"
                        + " (found the value of ${SECRET})");
    }

    @Test
    void showsNothingOfASecretAsText() {
        Secret secret = new Secret("hunter2");

        assertThat(secret)
                .hasToString("(secret)")
                .isEqualTo(new Secret("hunter2"))
                .isNotEqualTo(new Secret("x"));
        assertThat(secret.reveal()).isEqualTo("hunter2");
    }
}
