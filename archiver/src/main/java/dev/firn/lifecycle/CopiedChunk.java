package dev.firn.lifecycle;

import dev.firn.archive.Attempt;
import dev.firn.archive.Manifest;
import dev.firn.copy.Digest;
import dev.firn.parquet.ParquetTable;
import dev.firn.parquet.WritePlan;
import dev.firn.parquet.WrittenFile;
import dev.firn.source.Fingerprint;
import java.util.List;

/** What one export wrote, and what it saw while it did; nothing of it is proven yet. */
record CopiedChunk(
        Attempt attempt,
        WritePlan plan,
        Manifest.TableDescription description,
        List<WrittenFile> files,
        Digest digest,
        Fingerprint fingerprint,
        Manifest.SourceEvidence evidence,
        long bytesBefore) {

    CopiedChunk {
        files = List.copyOf(files);
    }

    ParquetTable parquet() {
        return plan.table();
    }
}
