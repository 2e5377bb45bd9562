package dev.firn.lifecycle.doctor;

import dev.firn.store.LifecycleRule.Action;
import dev.firn.store.StoreInspection.Answer;
import dev.firn.store.StoreInspection.Versioning;
import java.util.List;

/** Whether somebody's mistake in the bucket can be undone, and what that costs. */
record VersioningExamination() implements Examination<LocationCase> {

    @Override
    public Area area() {
        return Area.BUCKET;
    }

    @Override
    public List<Remark> look(LocationCase location) {
        Answer<Versioning> answer = location.inspection().versioning();
        if (answer instanceof Answer.NotTold<Versioning> unknown) {
            return List.of(Remark.note(
                    "its versioning could not be asked: " + unknown.why(),
                    "allow s3:GetBucketVersioning if you want to know; nothing depends on it"));
        }
        Versioning versioning = ((Answer.Told<Versioning>) answer).value();
        if (versioning != Versioning.ON) {
            return List.of(Remark.note(
                    "versioning is %s: an object that somebody removes or writes over is gone for good"
                            .formatted(versioning == Versioning.OFF ? "off" : "suspended"),
                    "turn it on where others may write to the bucket, with a rule that expires older versions"));
        }
        return List.of(
                expiresOlderVersions(location)
                        ? Remark.ok("versioning is on, and older versions expire")
                        : Remark.note(
                                "versioning is on, and no rule is known that expires older versions: what Firn removes stays,"
                                        + " and is paid for",
                                "add a lifecycle rule with NoncurrentVersionExpiration"));
    }

    private static boolean expiresOlderVersions(LocationCase location) {
        return location.inspection().lifecycleRules() instanceof Answer.Told<List<dev.firn.store.LifecycleRule>> rules
                && rules.value().stream()
                        .flatMap(rule -> rule.actions().stream())
                        .anyMatch(Action.ExpireOlderVersions.class::isInstance);
    }
}
