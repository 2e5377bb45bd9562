package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.TimeRange;
import dev.firn.Version;
import dev.firn.archive.Expiry;
import dev.firn.archive.Manifest;
import dev.firn.catalog.Claim;
import dev.firn.lifecycle.ExpirySummary.Outcome;
import dev.firn.lifecycle.ExpirySummary.Result;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes archived copies because of their age, the only thing that removes archived rows for good. Only of ranges that were
 * dropped and that nobody has anything to do with; in this order, each step of which the next run can go on from:
 *
 * <ol>
 *   <li>the audit trail says what is about to expire;
 *   <li>where streams end is kept in a file, for an application that goes on from there;
 *   <li>that it has expired is published among the manifests, as the next generation: from here on no copy counts;
 *   <li>the catalogue takes note;
 *   <li>the files go, and the audit trail says so.
 * </ol>
 *
 * A worker that sleeps before the third step and wakes up when the range came back, or has new rows in the archive, or is
 * not to expire any more, loses to whoever took that generation: see {@link Reprieves}.
 */
final class Expirer {

    private static final Logger LOG = LoggerFactory.getLogger(Expirer.class);

    private final TableWork work;
    private final String holder;
    private final ScheduledExecutorService timer;
    private final Surroundings surroundings;
    private final ExpirySurvey survey;

    Expirer(TableWork work, String holder, ScheduledExecutorService timer, Surroundings surroundings) {
        this.work = work;
        this.holder = holder;
        this.timer = timer;
        this.surroundings = surroundings;
        this.survey = new ExpirySurvey(work, surroundings.clock());
    }

    /** What would be done. Changes nothing. */
    List<Result> forecast() throws SQLException {
        return survey.candidates().stream()
                .map(candidate -> result(
                        candidate,
                        candidate.objection().isPresent() ? Outcome.KEPT : Outcome.DUE,
                        candidate.objection(),
                        Optional.empty()))
                .toList();
    }

    List<Result> run() throws SQLException {
        new ExpiredRanges(work, holder).settle();
        new Reprieves(work, surroundings).ofWhatIsNotDue(holder);
        List<Result> results = new ArrayList<>();
        for (ExpirySurvey.Candidate candidate : survey.candidates()) {
            if (Thread.currentThread().isInterrupted()) {
                break;
            }
            results.add(
                    candidate.objection().isPresent()
                            ? result(candidate, Outcome.KEPT, candidate.objection(), Optional.empty())
                            : expire(candidate));
        }
        finish(results);
        return results;
    }

    private Result expire(ExpirySurvey.Candidate candidate) {
        TimeRange range = candidate.range();
        try {
            Optional<Claim> claim = work.catalog()
                    .claim(
                            work.key(range),
                            holder,
                            Claim.Purpose.EXPIRE,
                            work.settings().claim().lease());
            if (claim.isEmpty()) {
                return result(candidate, Outcome.LEFT, Optional.empty(), Optional.empty());
            }
            try (HeldClaim held =
                    new HeldClaim(work.catalog(), claim.get(), work.settings().claim(), timer)) {
                surroundings.faults().reached(ExpirySteps.CLAIMED);
                return expire(candidate, held);
            }
        } catch (SQLException e) {
            return failed(candidate, work.failure(range, "removing its copies because of their age", e));
        } catch (RuntimeException e) {
            return failed(candidate, ChunkFailures.explain(work.where(range), e));
        }
    }

    private Result expire(ExpirySurvey.Candidate listed, HeldClaim held) throws SQLException {
        TimeRange range = listed.range();
        // In this order: what is published after the generation was settled takes its key.
        int generation = work.archive().nextGeneration(range);
        List<Manifest> copies = work.archive().liveOf(range);
        ExpirySurvey.Candidate candidate = new ExpirySurvey.Candidate(range, copies, Optional.empty());
        if (copies.isEmpty()) {
            return result(listed, Outcome.LEFT, Optional.empty(), Optional.empty());
        }
        Optional<String> objection = survey.objection(range, copies);
        if (objection.isPresent()) {
            return result(candidate, Outcome.KEPT, objection, Optional.empty());
        }
        held.require("removing its copies");
        work.fence().check();
        String after = work.config().expireAfter().toString();
        List<String> keys = copies.stream().map(Manifest::key).toList();
        objection = work.catalog().beginExpiry(held.claim(), keys, generation, after);
        if (objection.isPresent()) {
            return result(candidate, Outcome.KEPT, objection, Optional.empty());
        }
        surroundings.faults().reached(ExpirySteps.INTENDED);
        Optional<Expiry.Heads> heads = new HeadsFile(work).write(copies, generation, surroundings.token());
        surroundings.faults().reached(ExpirySteps.HEADS);
        Expiry expiry = new Expiry(
                new Manifest.Owner(work.locationId(), work.epoch(), Version.text()),
                work.namespace(),
                work.table().name(),
                range,
                generation,
                keys,
                after,
                candidate.rows(),
                candidate.bytes(),
                heads,
                surroundings.clock().instant().truncatedTo(ChronoUnit.MICROS));
        held.require("removing its copies");
        work.fence().check();
        if (!work.archive().expire(expiry)) {
            return result(candidate, Outcome.LEFT, Optional.empty(), Optional.empty());
        }
        surroundings.faults().reached(ExpirySteps.EXPIRED);
        work.catalog().recordExpired(held.claim(), ExpiredRanges.of(work.namespace(), expiry));
        surroundings.faults().reached(ExpirySteps.RECORDED);
        work.archive().cleaner().superseded(range).forEach(this::remove);
        surroundings.faults().reached(ExpirySteps.REMOVED);
        LOG.info("{}: {} rows expired after {}", work.where(range), candidate.rows(), after);
        return result(candidate, Outcome.EXPIRED, Optional.empty(), Optional.empty());
    }

    /** What earlier runs have said to be expired, or replaced, and could not remove. */
    private void finish(List<Result> results) {
        for (Manifest old : work.archive().cleaner().superseded()) {
            boolean told = results.stream()
                    .anyMatch(result -> result.range().equals(old.range())
                            && result.failure().isPresent());
            if (!told && work.archive().expiryOf(old.range()).isPresent()) {
                ExpirySurvey.Candidate range = new ExpirySurvey.Candidate(old.range(), List.of(old), Optional.empty());
                try {
                    remove(old);
                    results.add(result(range, Outcome.EXPIRED, Optional.of("had expired before"), Optional.empty()));
                } catch (RuntimeException e) {
                    results.add(failed(range, ChunkFailures.explain(work.where(old.range()), e)));
                }
            }
        }
    }

    private void remove(Manifest old) {
        try {
            new SupersededFiles(work, holder).remove(old, Instant.MAX);
        } catch (RuntimeException e) {
            FirnException failure = ChunkFailures.explain(work.where(old.range()), e);
            throw new FirnException(
                    failure.category(),
                    work.where(old.range()),
                    "removing the files of copies that have expired: %s; none of them counts any more, but readers of data/"
                                    .formatted(failure.what())
                            + " see those that are still there",
                    failure.hint() + "; the next run removes them",
                    e);
        }
    }

    private Result failed(ExpirySurvey.Candidate candidate, FirnException failure) {
        LOG.warn("{}", failure.getMessage());
        return result(candidate, Outcome.FAILED, Optional.empty(), Optional.of(failure));
    }

    private Result result(
            ExpirySurvey.Candidate candidate, Outcome outcome, Optional<String> why, Optional<FirnException> failure) {
        return new Result(
                work.table().name(),
                candidate.range(),
                outcome,
                candidate.copies().size(),
                candidate.rows(),
                candidate.bytes(),
                why,
                failure);
    }
}
