package dev.firn.lifecycle;

import dev.firn.archive.Manifest;
import dev.firn.archive.PartitionBy;
import dev.firn.archive.Proof;
import dev.firn.parquet.WrittenFile;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** Puts together what a manifest says, from what the export saw and what the proof found. */
final class ManifestDrafts {

    private final TableWork work;
    private final Clock clock;

    ManifestDrafts(TableWork work, Clock clock) {
        this.work = work;
        this.clock = clock;
    }

    Manifest draft(ArchiveStage.Selected plan, CopiedRows copy, Proof proof) {
        List<Manifest.DataFile> files = new ArrayList<>();
        for (WrittenFile file : proof.files()) {
            files.add(new Manifest.DataFile(
                    file.key(),
                    work.layout()
                            .dataKey(
                                    copy.attempt().range(),
                                    copy.attempt().generation(),
                                    file.partition(),
                                    work.layout().partOf(file.key())),
                    file.partition(),
                    file.content(),
                    file.rows(),
                    file.minTime(),
                    file.maxTime()));
        }
        return new Manifest(
                new Manifest.Owner(work.locationId(), work.epoch(), dev.firn.Version.text()),
                work.namespace(),
                work.table().name(),
                copy.attempt(),
                plan.role(),
                plan.supersedes(),
                work.config().partitionBy() == dev.firn.config.PartitionBy.DAY ? PartitionBy.DAY : PartitionBy.CHUNK,
                copy.description(),
                proof.digest(),
                copy.evidence(),
                files,
                proof.record(),
                clock.instant().truncatedTo(ChronoUnit.MICROS));
    }
}
