package dev.firn.lifecycle.doctor;

import dev.firn.TableName;
import dev.firn.archive.ArchiveLayout;
import dev.firn.archive.LocationIdentity;
import dev.firn.store.LifecycleRule;
import dev.firn.store.LifecycleRule.Action;
import dev.firn.store.StoreInspection.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Rules by which the bucket itself removes copies, or moves them to where Athena passes over them in silence. */
record LifecycleRulesExamination() implements Examination<LocationCase> {

    private static final String NARROW =
            "narrow the rule to other prefixes, or turn it off, before it runs next; older versions may still be there";

    @Override
    public Area area() {
        return Area.BUCKET;
    }

    @Override
    public List<Remark> look(LocationCase location) {
        Answer<List<LifecycleRule>> answer = location.inspection().lifecycleRules();
        if (answer instanceof Answer.NotTold<List<LifecycleRule>> unknown) {
            return List.of(Remark.note(
                    "its lifecycle rules could not be asked: " + unknown.why(),
                    "see for yourself that none expires or moves what lies under the location, or allow"
                            + " s3:GetLifecycleConfiguration"));
        }
        List<LifecycleRule> rules = ((Answer.Told<List<LifecycleRule>>) answer).value();
        List<Remark> remarks = new ArrayList<>();
        for (LifecycleRule rule : rules) {
            for (Action action : rule.actions()) {
                remarks.addAll(of(location, rule, action));
            }
        }
        if (remarks.isEmpty()) {
            remarks.add(Remark.ok("no lifecycle rule removes or moves what lies in the location"));
        }
        boolean aborts =
                rules.stream().flatMap(rule -> rule.actions().stream()).anyMatch(Action.AbortUploads.class::isInstance);
        if (!aborts) {
            remarks.add(Remark.note(
                    "no lifecycle rule discards uploads that nobody finished, and they are paid for",
                    "add one with AbortIncompleteMultipartUpload of seven days"));
        }
        return remarks;
    }

    private static List<Remark> of(LocationCase location, LifecycleRule rule, Action action) {
        boolean books = rule.touches(LocationIdentity.KEY)
                || rule.touches("." + LocationIdentity.KEY + "/")
                || touches(location, rule, ArchiveLayout::manifestsPrefix);
        boolean data = touches(location, rule, ArchiveLayout::dataPrefix);
        if (!books && !data) {
            return List.of();
        }
        String which = books && data ? "manifests and copies" : books ? "manifests" : "copies";
        if (action instanceof Action.Expire expire) {
            return List.of(Remark.error(
                    "lifecycle rule '%s' removes %s %s: their rows are lost".formatted(rule.id(), which, expire.when()),
                    NARROW));
        }
        if (action instanceof Action.Move move && move.needsRestore()) {
            String what = "lifecycle rule '%s' moves %s to %s %s: "
                    .formatted(rule.id(), which, move.storageClass(), move.when());
            return List.of(
                    books
                            ? Remark.error(what + "Firn cannot read its own books there", NARROW)
                            : Remark.warning(
                                    what + "Athena passes over them in silence, and they come back only after hours",
                                    "use GLACIER_IR, which reads at once, or let nobody query what is that old"));
        }
        if (action instanceof Action.Move move) {
            return List.of(Remark.note(
                    "lifecycle rule '%s' moves %s to %s %s"
                            .formatted(rule.id(), which, move.storageClass(), move.when()),
                    "nothing to do: they can be read at once; each read and an early removal cost extra"));
        }
        return List.of();
    }

    private static boolean touches(LocationCase location, LifecycleRule rule, Function<ArchiveLayout, String> prefix) {
        for (TableName table : location.config().tables().keySet()) {
            if (rule.touches(prefix.apply(new ArchiveLayout(location.config().name(), table)))) {
                return true;
            }
        }
        return false;
    }
}
