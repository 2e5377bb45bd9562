package dev.firn.lifecycle;

import dev.firn.TimeRange;
import dev.firn.archive.Attempt;
import dev.firn.archive.AttemptFiles;
import dev.firn.archive.Expiry;
import dev.firn.archive.Manifest;
import dev.firn.catalog.AuditEntry;
import dev.firn.catalog.Claim;
import dev.firn.lifecycle.SweepSummary.Item;
import dev.firn.lifecycle.SweepSummary.Kind;
import dev.firn.lifecycle.SweepSummary.Outcome;
import dev.firn.source.ChunkLoader;
import dev.firn.source.Leftover;
import dev.firn.store.ObjectStore.ObjectInfo;
import dev.firn.store.ObjectStore.PendingUpload;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Clears away what dead programs left of one table. What is younger than a day or so, by the clock of whoever keeps it, is
 * not even looked at; what is older goes only under a claim of its range, so that nobody who is alive loses anything, or
 * where no claim in force can have to do with it: so tables that rows were loaded into go whatever their age. A copy that
 * is published counts, wherever its files are: putting them in place is for a run. Objects that readers see and no manifest
 * names are told, and never removed: they may be the last of somebody's rows.
 */
final class Janitor {

    /** How it is to be done. */
    record Orders(Duration minAge, Instant old, boolean dryRun) {}

    private static final Optional<String> STIRRED = Optional.of("it has changed a moment ago");

    private final TableWork work;
    private final String holder;
    private final Orders orders;
    private final Clock clock;
    private final List<Item> items = new ArrayList<>();

    /** @param orders what was last changed after {@code old}, by the store's clock, is left alone */
    Janitor(TableWork work, String holder, Orders orders, Clock clock) {
        this.clock = clock;
        this.work = work;
        this.holder = holder;
        this.orders = orders;
    }

    List<Item> run() throws SQLException {
        for (AttemptFiles attempt :
                work.archive().cleaner().attempts(work.table().timeKind())) {
            if (!attempt.lastSign().isAfter(orders.old())) {
                sweep(attempt);
            }
        }
        sweepUploads();
        sweepSuperseded();
        sweepHeads();
        sweepStaging();
        sweepRecords();
        work.archive()
                .cleaner()
                .strayData()
                .forEach(stray -> add(
                        Kind.STRAY,
                        stray.key(),
                        stray.size(),
                        Optional.of(stray.modified()),
                        Outcome.KEPT,
                        Optional.of(
                                "no manifest names it, and readers take it for rows: find out who put it there, or who"
                                        + " removed the manifest")));
        tell();
        return List.copyOf(items);
    }

    private void sweep(AttemptFiles found) {
        Attempt attempt = found.attempt();
        Optional<Manifest> published = published(attempt);
        if (published.isPresent()) {
            boolean live = work.archive().liveOf(attempt.range()).contains(published.get());
            if (!live) {
                return; // with the other files that were superseded
            }
            if (!work.archive().isPromoted(published.get())) {
                add(found, Outcome.KEPT, "published, and not yet where readers look: `archiver run` puts it there");
                return;
            }
        }
        doing(
                Kind.ATTEMPT,
                describe(attempt),
                found.bytes(),
                Optional.of(found.lastSign()),
                () -> alone(attempt.range(), () -> {
                    // Whoever had the range may have been alive until a moment ago.
                    boolean stirred = work.archive().cleaner().attempts(attempt.range()).stream()
                            .anyMatch(now -> now.attempt().equals(attempt)
                                    && now.lastSign().isAfter(orders.old()));
                    if (stirred) {
                        return STIRRED;
                    }
                    if (published.isPresent()) {
                        work.archive().cleaner().dropIncoming(work.archive().promote(published.get()));
                    } else if (!discard(attempt)) {
                        return Optional.of("it was published a moment ago");
                    }
                    work.catalog().forgetAttempt(work.key(attempt.range()), attempt.id());
                    return Optional.empty();
                }));
    }

    /** Under a claim of the range, where nobody else has one. */
    private Optional<String> alone(TimeRange range, Removal removal) {
        Optional<Claim> claim = claim(range);
        if (claim.isEmpty()) {
            return Optional.of("its range is in work");
        }
        try {
            work.fence().check();
            return removal.run();
        } finally {
            work.catalog().release(claim.get());
        }
    }

    /**
     * Whoever made it may be asleep, just about to publish it: a manifest without files. Nobody can, once the key of its
     * generation is taken. Answers false where he was faster.
     */
    private boolean discard(Attempt attempt) {
        work.archive().reprieve(Reprieves.of(work, attempt.range(), attempt.generation(), clock));
        if (published(attempt).isPresent()) {
            return false;
        }
        work.archive().cleaner().discardAttempt(attempt);
        return true;
    }

    private Optional<Manifest> published(Attempt attempt) {
        return work.archive().manifest(attempt.range(), attempt.generation()).filter(manifest -> manifest.attempt()
                .equals(attempt));
    }

    private Optional<Claim> claim(TimeRange range) {
        return work.catalog()
                .claim(
                        work.key(range),
                        holder,
                        Claim.Purpose.SWEEP,
                        work.settings().claim().lease());
    }

    /** Those of attempts go with them. */
    private void sweepUploads() {
        for (PendingUpload upload : work.store().pendingUploads(work.layout().prefix())) {
            boolean firns = upload.key().startsWith(work.layout().dataPrefix())
                    || upload.key().startsWith(work.layout().headsPrefix())
                    || upload.key().startsWith(work.layout().manifestsPrefix());
            if (firns && !upload.started().isAfter(orders.old())) {
                doing(Kind.UPLOAD, upload.key(), 0, Optional.of(upload.started()), () -> {
                    work.fence().check();
                    work.store().abort(upload);
                    return Optional.empty();
                });
            }
        }
    }

    private void sweepSuperseded() {
        for (Manifest old : work.archive().cleaner().superseded()) {
            List<ObjectInfo> files = work.archive().cleaner().filesOf(old);
            doing(Kind.SUPERSEDED, old.key(), bytes(files), Optional.empty(), () -> {
                List<ObjectInfo> removed = new SupersededFiles(work, holder).remove(old, orders.old());
                return removed.isEmpty()
                        ? Optional.of("what took its place is not there for long enough")
                        : Optional.empty();
            });
        }
    }

    /** Only a program that expires a range writes them, and it names them in what it publishes. */
    private void sweepHeads() {
        List<ObjectInfo> found = new ArrayList<>();
        work.store().list(work.layout().headsPrefix(), found::add);
        Set<String> named = work.archive().expiries().stream()
                .flatMap(expiry -> expiry.heads().stream())
                .map(Expiry.Heads::key)
                .collect(Collectors.toSet());
        for (ObjectInfo file : found) {
            if (!named.contains(file.key()) && !file.modified().isAfter(orders.old())) {
                doing(Kind.HEADS, file.key(), file.size(), Optional.of(file.modified()), () -> {
                    if (isExpiring()) {
                        return Optional.of("a range of the table is about to expire");
                    }
                    work.fence().check();
                    work.store().delete(file.key());
                    return Optional.empty();
                });
            }
        }
    }

    private boolean isExpiring() {
        Set<Long> inForce = Set.copyOf(work.catalog().tokensInForce(work.namespace()));
        return work.catalog().claims(work.namespace()).stream()
                .anyMatch(claim -> claim.purpose() == Claim.Purpose.EXPIRE
                        && claim.key().table().equals(work.table().name())
                        && inForce.contains(claim.token()));
    }

    /** They bear no time, but the token of a claim: once that is not in force, nobody can make use of them. */
    private void sweepStaging() throws SQLException {
        List<Leftover> dead = dead(leftovers());
        if (dead.isEmpty()) {
            return;
        }
        if (!orders.dryRun()) {
            StagingArea.sweep(work);
        }
        Set<Leftover> left = new HashSet<>(orders.dryRun() ? List.of() : leftovers());
        for (Leftover table : dead) {
            Outcome outcome = orders.dryRun() ? Outcome.DUE : left.contains(table) ? Outcome.KEPT : Outcome.REMOVED;
            add(
                    Kind.STAGING,
                    table.relation().toString(),
                    table.bytes(),
                    Optional.empty(),
                    outcome,
                    outcome == Outcome.KEPT ? Optional.of("it could not be dropped just now") : Optional.empty());
        }
    }

    private List<Leftover> leftovers() throws SQLException {
        ChunkLoader loader = work.source().loader(work.table());
        try (Connection connection = work.connections().getConnection()) {
            return loader.leftovers(connection);
        }
    }

    private List<Leftover> dead(List<Leftover> leftovers) {
        List<Long> alive = work.catalog().tokensInForce(work.namespace());
        return leftovers.stream()
                .filter(leftover -> alive.stream().noneMatch(token -> RestoreTokens.isOf(token, leftover.token())))
                .toList();
    }

    /** Of attempts that have nothing in the store. */
    private void sweepRecords() {
        List<dev.firn.catalog.Attempt> old =
                work.catalog().attemptsOlderThan(work.namespace(), work.table().name(), orders.minAge());
        if (old.isEmpty()) {
            return;
        }
        Set<Attempt> there = work.archive().cleaner().attempts(work.table().timeKind()).stream()
                .map(AttemptFiles::attempt)
                .collect(Collectors.toSet());
        Set<Long> inForce = Set.copyOf(work.catalog().tokensInForce(work.namespace()));
        for (dev.firn.catalog.Attempt record : old) {
            Attempt attempt = new Attempt(record.key().range(), record.id());
            if (!there.contains(attempt) && !inForce.contains(record.token())) {
                doing(Kind.RECORD, describe(attempt), 0, Optional.of(record.begunAt()), () -> forget(attempt));
            }
        }
    }

    /**
     * A copy that has no file, yet or because it has no row, can be published as any other: whoever sleeps over it is
     * remembered until nobody can.
     */
    private Optional<String> forget(Attempt attempt) {
        return alone(attempt.range(), () -> {
            boolean there = work.archive().cleaner().attempts(attempt.range()).stream()
                    .anyMatch(now -> now.attempt().equals(attempt));
            if (there) {
                return STIRRED;
            }
            work.archive().reprieve(Reprieves.of(work, attempt.range(), attempt.generation(), clock));
            work.catalog().forgetAttempt(work.key(attempt.range()), attempt.id());
            return Optional.empty();
        });
    }

    /** Removes something, or answers why not. */
    private interface Removal {
        Optional<String> run();
    }

    private void doing(Kind kind, String what, long bytes, Optional<Instant> lastSign, Removal removal) {
        if (orders.dryRun()) {
            add(kind, what, bytes, lastSign, Outcome.DUE, Optional.empty());
            return;
        }
        try {
            Optional<String> kept = removal.run();
            add(kind, what, bytes, lastSign, kept.isPresent() ? Outcome.KEPT : Outcome.REMOVED, kept);
        } catch (RuntimeException e) {
            items.add(new Item(
                    kind,
                    Optional.of(work.table().name()),
                    what,
                    bytes,
                    lastSign,
                    Outcome.FAILED,
                    Optional.empty(),
                    Optional.of(ChunkFailures.explain(
                            work.namespace() + "/" + work.table().name(), e))));
        }
    }

    private void add(AttemptFiles found, Outcome outcome, String why) {
        add(
                Kind.ATTEMPT,
                describe(found.attempt()),
                found.bytes(),
                Optional.of(found.lastSign()),
                outcome,
                Optional.of(why));
    }

    private void add(
            Kind kind, String what, long bytes, Optional<Instant> lastSign, Outcome outcome, Optional<String> why) {
        items.add(new Item(
                kind, Optional.of(work.table().name()), what, bytes, lastSign, outcome, why, Optional.empty()));
    }

    private static String describe(Attempt attempt) {
        return "%s of %s".formatted(attempt.id(), attempt.range());
    }

    private static long bytes(List<ObjectInfo> files) {
        return files.stream().mapToLong(ObjectInfo::size).sum();
    }

    private void tell() {
        List<String> removed = items.stream()
                .filter(item -> item.outcome() == Outcome.REMOVED)
                .map(item -> item.kind().word() + " " + item.what())
                .toList();
        if (!removed.isEmpty()) {
            work.catalog()
                    .audit(new AuditEntry(
                            work.namespace(),
                            Optional.of(work.table().name()),
                            Optional.empty(),
                            "swept",
                            OptionalLong.empty(),
                            Map.of("removed", removed),
                            holder));
        }
    }
}
