package dev.firn.store;

import dev.firn.store.LifecycleRule.Action;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.LifecycleRuleFilter;

/** Reads one rule of a bucket's lifecycle configuration, in its older form and in the one with filters. */
final class S3LifecycleRule {

    private S3LifecycleRule() {}

    /** Nothing where the rule cannot apply to what Firn writes there: below another prefix, or to tagged objects alone. */
    static Optional<LifecycleRule> of(
            S3Settings settings, software.amazon.awssdk.services.s3.model.LifecycleRule rule) {
        if (isForTaggedAlone(rule.filter())) {
            return Optional.empty();
        }
        List<Action> actions = actions(rule);
        if (actions.isEmpty()) {
            return Optional.empty();
        }
        String id = rule.id() == null ? "without a name" : rule.id();
        return inLocation(settings, prefix(rule)).map(prefix -> new LifecycleRule(id, prefix, actions));
    }

    /** Firn tags nothing. */
    private static boolean isForTaggedAlone(LifecycleRuleFilter filter) {
        return filter != null
                && (filter.tag() != null
                        || (filter.and() != null && !filter.and().tags().isEmpty()));
    }

    @SuppressWarnings("deprecation") // buckets may still have rules of the older form
    private static String prefix(software.amazon.awssdk.services.s3.model.LifecycleRule rule) {
        LifecycleRuleFilter filter = rule.filter();
        String prefix = rule.prefix();
        if (filter != null && filter.prefix() != null) {
            prefix = filter.prefix();
        } else if (filter != null && filter.and() != null) {
            prefix = filter.and().prefix();
        }
        return prefix == null ? "" : prefix;
    }

    private static Optional<String> inLocation(S3Settings settings, String prefix) {
        String root = settings.inBucket("");
        if (root.startsWith(prefix)) {
            return Optional.of("");
        }
        return prefix.startsWith(root) ? Optional.of(prefix.substring(root.length())) : Optional.empty();
    }

    private static List<Action> actions(software.amazon.awssdk.services.s3.model.LifecycleRule rule) {
        List<Action> actions = new ArrayList<>();
        // What remains is expiration of delete markers, which are no objects.
        if (rule.expiration() != null
                && (rule.expiration().days() != null || rule.expiration().date() != null)) {
            actions.add(new Action.Expire(
                    when(rule.expiration().days(), rule.expiration().date())));
        }
        rule.transitions()
                .forEach(move ->
                        actions.add(new Action.Move(move.storageClassAsString(), when(move.days(), move.date()))));
        if (rule.noncurrentVersionExpiration() != null) {
            actions.add(new Action.ExpireOlderVersions(
                    when(rule.noncurrentVersionExpiration().noncurrentDays(), null)));
        }
        if (rule.abortIncompleteMultipartUpload() != null) {
            actions.add(new Action.AbortUploads(
                    when(rule.abortIncompleteMultipartUpload().daysAfterInitiation(), null)));
        }
        return actions;
    }

    private static String when(Integer days, Instant date) {
        if (days != null) {
            return "after %d days".formatted(days);
        }
        return date == null ? "at some time" : "on " + date;
    }
}
