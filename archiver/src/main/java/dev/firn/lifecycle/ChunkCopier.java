package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.archive.Attempt;
import dev.firn.archive.Manifest;
import dev.firn.catalog.Claim;
import dev.firn.config.ServiceConfig;
import dev.firn.copy.Digest;
import dev.firn.parquet.ParquetTable;
import dev.firn.parquet.TableWriter;
import dev.firn.parquet.WritePlan;
import dev.firn.source.Chunk;
import dev.firn.types.Column;
import java.sql.SQLException;
import java.util.List;

/** Copies one chunk into Parquet files below its attempt's own prefix. Half a copy leaves nothing behind. */
final class ChunkCopier {

    private final TableWork work;
    private final Progress progress;
    private final Surroundings surroundings;

    ChunkCopier(TableWork work, Progress progress, Surroundings surroundings) {
        this.work = work;
        this.progress = progress;
        this.surroundings = surroundings;
    }

    CopiedChunk copy(Chunk chunk, Attempt attempt, Claim claim) {
        // Asked of the store before the snapshot is taken, which holds back vacuum while it is open.
        List<Column> everUsed = work.archive().columnsEverUsed();
        try (ChunkExport export = ChunkExport.open(work, chunk, claim, surroundings)) {
            surroundings.faults().reached(Steps.SNAPSHOT);
            List<Column> columns = TableDescriptions.columns(export.table(), everUsed);
            ParquetTable parquet = work.parquet(columns);
            WritePlan plan = TableDescriptions.writePlan(work.config(), export.table(), parquet);
            try (TableWriter writer = TableWriter.open(
                    work.store(), plan, (partition, part) -> work.layout().incomingKey(attempt, part))) {
                Digest digest = write(export, columns, writer);
                return new CopiedChunk(
                        attempt,
                        plan,
                        TableDescriptions.describe(export.table(), columns, parquet),
                        writer.commit(),
                        digest,
                        export.fingerprint(),
                        evidence(export),
                        export.session().chunk().bytes());
            }
        } catch (SQLException e) {
            throw work.failure(chunk.range(), "copying it; nothing was archived and nothing dropped", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FirnException(
                    Category.PASSING,
                    work.where(chunk.range()),
                    "copying it: interrupted; nothing was archived and nothing dropped",
                    "the next run starts it again",
                    e);
        }
    }

    private Digest write(ChunkExport export, List<Column> columns, TableWriter writer)
            throws SQLException, InterruptedException {
        ServiceConfig.Copy copy = work.settings().copy();
        BatchPipe pipe = new BatchPipe(copy.queueBatches(), columns.size(), copy.batchRows(), copy.batchBytes());
        Meter meter = new Meter(
                progress, work.table().name(), export.session().chunk().range(), Progress.Work.COPY);
        try (BackgroundWriter background = new BackgroundWriter(pipe, writer, export::cancel)) {
            Digest digest;
            try {
                digest = export.stream(columns, pipe, meter);
            } catch (SQLException | RuntimeException | OutOfMemoryError e) {
                if (pipe.failure() != null) {
                    background.finish();
                }
                throw e;
            }
            background.finish();
            return digest;
        }
    }

    private Manifest.SourceEvidence evidence(ChunkExport export) throws SQLException {
        return new Manifest.SourceEvidence(
                export.session().connection().getCatalog(),
                export.readFrom(),
                export.session().chunk().relation().toString(),
                export.session().chunk().compressed(),
                export.session().snapshot(),
                export.session().openedAt(),
                FingerprintText.of(export.fingerprint()));
    }
}
