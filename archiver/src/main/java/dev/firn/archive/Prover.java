package dev.firn.archive;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TimeRange;
import dev.firn.copy.Digest;
import dev.firn.parquet.ParquetTable;
import dev.firn.parquet.WritePlan;
import dev.firn.parquet.WrittenFile;
import dev.firn.store.ObjectStore;
import java.time.Clock;
import java.util.List;

/**
 * Proves copies by reading them back from the store alone: before they are published, and again whenever somebody wants to
 * know. The only maker of a {@link Proof}.
 */
public final class Prover {

    /** Of so many files one is told what is wrong with them. */
    private static final int MOST_PROBLEMS = 10;

    private final Clock clock;
    private final String firnVersion;
    private final ProofProgress progress;

    public Prover(Clock clock, String firnVersion, ProofProgress progress) {
        this.clock = clock;
        this.firnVersion = firnVersion;
        this.progress = progress;
    }

    /**
     * Proves that files just written hold what was read from the chunk.
     *
     * @param plan that they were written by
     * @param range of the chunk
     * @param files as the writer answered them
     * @param expected what the rows digested to on the wire
     * @throws FirnException of category DATA that names the file, or both digests, when they do not
     */
    public Proof prove(
            ObjectStore store,
            WritePlan plan,
            TimeRange range,
            List<WrittenFile> files,
            Digest expected,
            ProofMethod method) {
        ParquetTable table = plan.table();
        Subject subject = new Subject(
                "%s %s".formatted(table.name(), range),
                "reading back what was archived",
                "the chunk",
                "nothing was dropped, and this copy is not published: the next run copies the chunk again. If that fails"
                        + " too, please report it with the table's definition");
        FileProver prover = new FileProver(store, table, plan.timeColumn(), range, progress);
        check(prover, files, expected, method, subject);
        return new Proof(method, table.name(), table.columns(), expected, files, clock.instant(), firnVersion);
    }

    /**
     * Proves an archived copy again, from its manifest alone: each row of each file under {@code data/}.
     *
     * @throws FirnException of category DATA that names the files and what is wrong with them
     */
    public void scrub(ObjectStore store, Manifest manifest) {
        ParquetTable table =
                ParquetTable.of(manifest.table(), manifest.description().columns());
        Subject subject = new Subject(
                manifest.toString(),
                "proving the archived copy again",
                "its manifest",
                "nothing was changed, and nothing may be dropped on the word of this copy. While the chunk is in the database,"
                        + " archive it again; else look for older versions of the files named, or a replica of them");
        FileProver prover =
                new FileProver(store, table, manifest.description().timeColumn(), manifest.range(), progress);
        List<WrittenFile> files = manifest.files().stream()
                .map(file -> new WrittenFile(
                        file.key(), file.partition(), file.content(), file.rows(), file.minTime(), file.maxTime()))
                .toList();
        check(prover, files, manifest.digest(), ProofMethod.ROUNDTRIP, subject);
    }

    private record Subject(String name, String doing, String original, String hint) {

        FirnException differs(String what) {
            return new FirnException(Category.DATA, name, doing + ": " + what, hint);
        }
    }

    private static void check(
            FileProver prover, List<WrittenFile> files, Digest expected, ProofMethod method, Subject subject) {
        for (WrittenFile file : files) {
            prover.check(file, method);
            if (prover.problems().size() == MOST_PROBLEMS) {
                throw subject.differs(String.join(". ", prover.problems()) + ". The rest was not read");
            }
        }
        if (!prover.problems().isEmpty()) {
            throw subject.differs(String.join(". ", prover.problems()));
        }
        long rows = files.stream().mapToLong(WrittenFile::rows).reduce(0, Math::addExact);
        if (rows != expected.rows()) {
            throw subject.differs(
                    "the files hold %,d rows, %s has %,d".formatted(rows, subject.original(), expected.rows()));
        }
        if (method == ProofMethod.ROUNDTRIP && !prover.digest().equals(expected)) {
            throw subject.differs("%,d rows digest to %s, %s digested to %s"
                    .formatted(rows, prover.digest().hex(), subject.original(), expected.hex()));
        }
    }
}
