package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.TimeRange;
import dev.firn.Version;
import dev.firn.archive.Manifest;
import dev.firn.archive.Proof;
import dev.firn.archive.ProofMethod;
import dev.firn.archive.ProofProgress;
import dev.firn.archive.Prover;
import dev.firn.store.ObjectStore;

/** Asks the prover, and shows how far it is. */
final class Proofs {

    private final ObjectStore store;
    private final Progress progress;
    private final Surroundings surroundings;

    Proofs(ObjectStore store, Progress progress, Surroundings surroundings) {
        this.store = store;
        this.progress = progress;
        this.surroundings = surroundings;
    }

    Proof prove(CopiedRows copy, ProofMethod method) {
        TimeRange range = copy.attempt().range();
        try (Meter meter = meter(copy.parquet().name(), range, Progress.Work.PROOF)) {
            meter.start(copy.digest().rows());
            return prover(meter).prove(store, copy.plan(), range, copy.files(), copy.digest(), method);
        } catch (FirnException e) {
            tell(copy.parquet().name(), range, e);
            throw e;
        }
    }

    void proveAgain(Manifest manifest, Progress.Work as) {
        try (Meter meter = meter(manifest.table(), manifest.range(), as)) {
            meter.start(manifest.rows());
            prover(meter).scrub(store, manifest);
        } catch (FirnException e) {
            tell(manifest.table(), manifest.range(), e);
            throw e;
        }
    }

    /** A store that does not answer proves nothing, either way. */
    private void tell(TableName table, TimeRange range, FirnException failure) {
        if (failure.category() == FirnException.Category.DATA) {
            progress.notProven(table, range, failure);
        }
    }

    private Prover prover(Meter meter) {
        return new Prover(surroundings.clock(), Version.text(), new ProofProgress() {
            private long taken;

            @Override
            public void advanced(long rows, long bytes) {
                meter.reached(rows, bytes);
                take(bytes - taken);
                taken = bytes;
            }
        });
    }

    private void take(long bytes) {
        try {
            surroundings.throttle().take(bytes);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FirnException(
                    Category.PASSING,
                    "this copy",
                    "proving it: interrupted; nothing was dropped on the word of it",
                    "the next run proves it again",
                    e);
        }
    }

    private Meter meter(TableName table, TimeRange range, Progress.Work as) {
        return new Meter(progress, table, range, as);
    }
}
