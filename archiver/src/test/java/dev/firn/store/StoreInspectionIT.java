package dev.firn.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.firn.store.LifecycleRule.Action;
import dev.firn.store.StoreInspection.Answer;
import dev.firn.store.StoreInspection.Versioning;
import dev.firn.testing.S3Server;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;

/** The same of a server that keeps objects too. */
class StoreInspectionIT {

    @Test
    void anUploadThatWasTriedLeavesNothing() {
        try (S3Server server = S3Server.start();
                StoreInspection inspection = Stores.inspect(server.settings("firn"), Clock.systemUTC());
                ObjectStore store = Stores.open(server.settings("firn"))) {
            assertThat(inspection.reach().clock().orElseThrow().ahead().abs()).isLessThan(Duration.ofMinutes(1));

            inspection.abortUpload("ns/_probe/x");

            assertThat(store.pendingUploads("")).isEmpty();
            assertThat(store.head("ns/_probe/x")).isEmpty();
        }
    }

    @Test
    void readsTheRulesThatABucketWasGiven() {
        try (S3Server server = S3Server.start();
                S3Client client = server.client();
                StoreInspection inspection = Stores.inspect(server.settings("firn"), Clock.systemUTC())) {
            assumeTrue(server.description().startsWith("LocalStack"), "s3proxy knows neither rules nor versions");
            assertThat(inspection.lifecycleRules()).isEqualTo(new Answer.Told<>(List.of()));
            assertThat(inspection.versioning()).isEqualTo(new Answer.Told<>(Versioning.OFF));

            client.putBucketVersioning(put -> put.bucket(server.bucket())
                    .versioningConfiguration(given -> given.status(BucketVersioningStatus.ENABLED)));
            software.amazon.awssdk.services.s3.model.LifecycleRule away =
                    software.amazon.awssdk.services.s3.model.LifecycleRule.builder()
                            .id("away")
                            .status(ExpirationStatus.ENABLED)
                            .filter(filter -> filter.prefix("firn/ns/"))
                            .expiration(expire -> expire.days(30))
                            .build();
            client.putBucketLifecycleConfiguration(
                    put -> put.bucket(server.bucket()).lifecycleConfiguration(given -> given.rules(away)));

            assertThat(inspection.versioning()).isEqualTo(new Answer.Told<>(Versioning.ON));
            assertThat(inspection.lifecycleRules())
                    .isEqualTo(new Answer.Told<>(
                            List.of(new LifecycleRule("away", "ns/", List.of(new Action.Expire("after 30 days"))))));
        }
    }
}
