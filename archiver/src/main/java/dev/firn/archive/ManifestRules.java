package dev.firn.archive;

import dev.firn.TimeRange;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What must hold between the parts of a manifest, whoever made it: this program, or whoever can write to the store. */
record ManifestRules(ArchiveLayout layout, Attempt attempt) {

    void check(
            Manifest.Role role,
            List<String> supersedes,
            PartitionBy partitionBy,
            List<Manifest.DataFile> files,
            long rows) {
        checkPlaceInHistory(role, supersedes);
        Set<String> keys = new HashSet<>();
        long rowsInFiles = 0;
        long bytes = 0;
        for (Manifest.DataFile file : files) {
            checkKeys(file, partitionBy);
            if (!keys.add(file.incomingKey()) || !keys.add(file.key())) {
                throw wrong("the file '%s' is listed twice".formatted(file.key()));
            }
            if (!attempt.range().contains(file.minTime()) || !attempt.range().contains(file.maxTime())) {
                throw wrong("the rows of '%s' reach from %s to %s"
                        .formatted(file.key(), show(file.minTime()), show(file.maxTime())));
            }
            try {
                rowsInFiles = Math.addExact(rowsInFiles, file.rows());
                bytes = Math.addExact(bytes, file.content().size());
            } catch (ArithmeticException e) {
                throw wrong("rows or bytes of the files add up to more than a number holds");
            }
        }
        if (rowsInFiles != rows) {
            throw wrong("copied %d rows, files hold %d".formatted(rows, rowsInFiles));
        }
    }

    private void checkPlaceInHistory(Manifest.Role role, List<String> supersedes) {
        int generation = attempt.generation();
        boolean fits =
                switch (role) {
                    case ORIGINAL -> generation == 1 && supersedes.isEmpty();
                    case ADDITION -> generation > 1 && supersedes.isEmpty();
                    case REPLACEMENT -> !supersedes.isEmpty();
                };
        if (!fits) {
            throw wrong("generation %d as %s that supersedes %s".formatted(generation, role, supersedes));
        }
        for (String key : supersedes) {
            boolean sameRange = layout.rangeOf(key, attempt.range().kind()).equals(attempt.range());
            if (sameRange && layout.generationOf(key) >= generation) {
                throw wrong("generation %d supersedes '%s'".formatted(generation, key));
            }
        }
        if (new HashSet<>(supersedes).size() != supersedes.size()) {
            throw wrong("supersedes the same manifest twice: %s".formatted(supersedes));
        }
    }

    private void checkKeys(Manifest.DataFile file, PartitionBy partitionBy) {
        if (file.partition().isEmpty() != (partitionBy == PartitionBy.CHUNK)) {
            throw wrong("partitioned by %s, '%s' is in partition '%s'"
                    .formatted(partitionBy.text(), file.key(), file.partition()));
        }
        TimeRange range = attempt.range();
        int part = layout.partOf(file.incomingKey());
        requireKey(layout.incomingKey(attempt, part), file.incomingKey());
        requireKey(layout.dataKey(range, attempt.generation(), file.partition(), part), file.key());
        if (partitionBy == PartitionBy.DAY) {
            requireDay(file, file.minTime());
            requireDay(file, file.maxTime());
        }
    }

    private void requireDay(Manifest.DataFile file, long position) {
        if (!ArchiveLayout.isInPartition(file.partition(), position)) {
            throw wrong("'%s' holds a row of %s".formatted(file.key(), show(position)));
        }
    }

    private void requireKey(String expected, String actual) {
        if (!actual.equals(expected)) {
            throw wrong("the key '%s' should be '%s'".formatted(actual, expected));
        }
    }

    private String show(long position) {
        return TimeRange.show(attempt.range().kind(), position);
    }

    private IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("%s %s: %s".formatted(layout.table(), attempt.range(), what));
    }
}
