package dev.firn.lifecycle;

import dev.firn.archive.Attempt;
import dev.firn.archive.Manifest;
import dev.firn.copy.Digest;
import dev.firn.parquet.ParquetTable;
import dev.firn.parquet.WritePlan;
import dev.firn.parquet.WrittenFile;
import dev.firn.source.Fingerprint;
import java.util.List;
import java.util.Optional;

/**
 * What one export wrote, and what it saw while it did; nothing of it is proven yet.
 *
 * @param fingerprint of the chunk; empty where they are no chunk
 */
record CopiedRows(
        Attempt attempt,
        WritePlan plan,
        Manifest.TableDescription description,
        List<WrittenFile> files,
        Digest digest,
        Optional<Fingerprint> fingerprint,
        Manifest.SourceEvidence evidence) {

    CopiedRows {
        files = List.copyOf(files);
    }

    ParquetTable parquet() {
        return plan.table();
    }
}
