package dev.firn.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.store.LifecycleRule.Action;
import dev.firn.store.StoreInspection.Answer;
import dev.firn.store.StoreInspection.ClockReading;
import dev.firn.store.StoreInspection.Versioning;
import dev.firn.testing.AnsweringS3;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a bucket says of itself, in S3's own words. */
class StoreInspectionTest {

    private static final String RULES =
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <LifecycleConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
              <Rule><ID>old form</ID><Prefix>archive/firn/ns/</Prefix><Status>Enabled</Status>
                <Expiration><Days>365</Days></Expiration></Rule>
              <Rule><ID>whole bucket</ID><Filter/><Status>Enabled</Status>
                <Transition><Days>30</Days><StorageClass>GLACIER</StorageClass></Transition>
                <Transition><Date>2031-01-01T00:00:00.000Z</Date><StorageClass>DEEP_ARCHIVE</StorageClass></Transition>
                <AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation></AbortIncompleteMultipartUpload>
              </Rule>
              <Rule><ID>two conditions</ID>
                <Filter><And><Prefix>archive/</Prefix><ObjectSizeGreaterThan>131072</ObjectSizeGreaterThan></And></Filter>
                <Status>Enabled</Status>
                <NoncurrentVersionExpiration><NoncurrentDays>9</NoncurrentDays></NoncurrentVersionExpiration></Rule>
              <Rule><ID>off</ID><Filter><Prefix>archive/</Prefix></Filter><Status>Disabled</Status>
                <Expiration><Days>1</Days></Expiration></Rule>
              <Rule><ID>elsewhere</ID><Filter><Prefix>logs/</Prefix></Filter><Status>Enabled</Status>
                <Expiration><Days>1</Days></Expiration></Rule>
              <Rule><ID>neighbour</ID><Filter><Prefix>archive/firnspiegel</Prefix></Filter><Status>Enabled</Status>
                <Expiration><Days>1</Days></Expiration></Rule>
              <Rule><ID>tagged</ID><Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter><Status>Enabled</Status>
                <Expiration><Days>1</Days></Expiration></Rule>
              <Rule><ID>tagged and below</ID><Filter><And><Prefix>archive/</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></And>
                </Filter><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule>
              <Rule><ID>markers</ID><Filter/><Status>Enabled</Status>
                <Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration></Rule>
            </LifecycleConfiguration>""";

    private static final String VERSIONING =
            "<VersioningConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">%s</VersioningConfiguration>";

    private final AnsweringS3 s3 = new AnsweringS3();
    private final StoreInspection inspection = Stores.inspect(s3.settings("archive/firn"), Clock.systemUTC());

    @AfterEach
    void close() {
        inspection.close();
        s3.close();
    }

    @Test
    void readsTheRulesThatApplyToTheLocationInBothForms() {
        s3.answer("lifecycle", RULES);

        assertThat(inspection.lifecycleRules())
                .isEqualTo(new Answer.Told<>(List.of(
                        new LifecycleRule("old form", "ns/", List.of(new Action.Expire("after 365 days"))),
                        new LifecycleRule(
                                "whole bucket",
                                "",
                                List.of(
                                        new Action.Move("GLACIER", "after 30 days"),
                                        new Action.Move("DEEP_ARCHIVE", "on 2031-01-01T00:00:00Z"),
                                        new Action.AbortUploads("after 7 days"))),
                        new LifecycleRule(
                                "two conditions", "", List.of(new Action.ExpireOlderVersions("after 9 days"))))));
    }

    @Test
    void aBucketWithoutRulesHasNone() {
        s3.refuse("lifecycle", 404, "NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist");

        assertThat(inspection.lifecycleRules()).isEqualTo(new Answer.Told<>(List.of()));
    }

    @Test
    void readsVersioning() {
        s3.answer("versioning", VERSIONING.formatted(""));
        assertThat(inspection.versioning()).isEqualTo(new Answer.Told<>(Versioning.OFF));
        s3.answer("versioning", VERSIONING.formatted("<Status>Enabled</Status>"));
        assertThat(inspection.versioning()).isEqualTo(new Answer.Told<>(Versioning.ON));
        s3.answer("versioning", VERSIONING.formatted("<Status>Suspended</Status>"));
        assertThat(inspection.versioning()).isEqualTo(new Answer.Told<>(Versioning.SUSPENDED));
    }

    @Test
    void whatIsNotToldIsNoFailure() {
        s3.refuse("lifecycle", 403, "AccessDenied", "Access Denied");

        assertThat(inspection.lifecycleRules())
                .isInstanceOfSatisfying(Answer.NotTold.class, unknown -> assertThat(unknown.why())
                        .startsWith("Access Denied"));
        assertThat(inspection.versioning())
                .as("which this server answers with 501")
                .isInstanceOfSatisfying(Answer.NotTold.class, unknown -> assertThat(unknown.why())
                        .startsWith("not known here"));
    }

    @Test
    void readsTheClockOffTheAnswerAlsoWhereListingIsForbidden() {
        assertThat(aheadOf(Clock.systemUTC())).isZero();
        assertThat(aheadOf(Clock.offset(Clock.systemUTC(), Duration.ofHours(1))))
                .isBetween(Duration.ofMinutes(-61), Duration.ofMinutes(-59));
        s3.refuse("list-type", 403, "AccessDenied", "Access Denied");
        assertThat(aheadOf(Clock.offset(Clock.systemUTC(), Duration.ofHours(-1))))
                .isBetween(Duration.ofMinutes(59), Duration.ofMinutes(61));
    }

    private Duration aheadOf(Clock ours) {
        try (StoreInspection asked = Stores.inspect(s3.settings("archive/firn"), ours)) {
            return asked.reach().clock().orElseThrow().ahead();
        }
    }

    @Test
    void clocksDifferOnlyByWhatTheirResolutionCannotExplain() {
        Instant at = Instant.parse("2026-01-01T00:00:10Z");
        assertThat(new ClockReading(at, at.plusMillis(999), at.plusMillis(999)).ahead())
                .isZero();
        assertThat(new ClockReading(at, at.plusMillis(1500), at.plusMillis(1600)).ahead())
                .isEqualTo(Duration.ofMillis(-500));
        assertThat(new ClockReading(at, at.minusSeconds(9), at.minusSeconds(2)).ahead())
                .isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void saysWhyALocationCannotBeUsedAtAll() {
        s3.refuse("list-type", 404, "NoSuchBucket", "The specified bucket does not exist");
        assertThatThrownBy(inspection::reach)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("The specified bucket does not exist")
                .hasMessageContaining("HINT: check that the bucket exists and its region");
        s3.refuse("list-type", 403, "SignatureDoesNotMatch", "The request signature does not match");
        assertThatThrownBy(inspection::reach)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("HINT: check keys")
                .hasMessageNotContaining("secret-of-a-test");
    }

    @Test
    void aDirectoryIsNotMadeByAskingForIt(@TempDir Path home) {
        Path directory = home.resolve("archive");
        StoreInspection asked = Stores.inspect(new DirectorySettings(directory), Clock.systemUTC());
        assertThat(asked.reach().exists()).isFalse();
        assertThat(directory).doesNotExist();
        StoreInspection nowhere = Stores.inspect(new DirectorySettings(home.resolve("no/archive")), Clock.systemUTC());
        assertThatThrownBy(nowhere::reach).hasMessageContaining("cannot be made; nothing was changed");
    }

    @Test
    void anUploadThatWasTriedLeavesNothing(@TempDir Path home) throws Exception {
        Path directory = Files.createDirectory(home.resolve("archive"));
        StoreInspection asked = Stores.inspect(new DirectorySettings(directory), Clock.systemUTC());

        asked.abortUpload("ns/_probe/x");

        assertThat(asked.reach().exists()).isTrue();
        assertThat(asked.freeBytes()).isPresent();
        try (var left = Files.walk(directory)) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
    }
}
