package dev.firn.archiver.service;

import dev.firn.TableName;
import dev.firn.TimeKind;
import dev.firn.TimeRange;
import org.quartz.JobDataMap;
import org.quartz.JobKey;

/** Which chunk a job is for: names and numbers that mean the same on every node, and no more. */
record ChunkId(TableId table, TimeRange range) {

    private static final String KIND = "kind";
    private static final String START = "start";
    private static final String END = "end";

    static ChunkId of(JobDataMap data) {
        String kind = data.getString(KIND);
        for (TimeKind candidate : TimeKind.values()) {
            if (candidate.catalogueName().equals(kind)) {
                return new ChunkId(
                        TableId.of(data),
                        new TimeRange(
                                candidate, Long.parseLong(data.getString(START)), Long.parseLong(data.getString(END))));
            }
        }
        throw new IllegalStateException("a job for a range of kind '%s'".formatted(kind));
    }

    JobDataMap data() {
        JobDataMap data = table.data();
        data.put(KIND, range.kind().catalogueName());
        data.put(START, Long.toString(range.start()));
        data.put(END, Long.toString(range.end()));
        return data;
    }

    /** The same whoever makes the job, so that there is only ever one. */
    JobKey key() {
        return new JobKey(
                "%s %d %d".formatted(range.kind().catalogueName(), range.start(), range.end()), table.chunksGroup());
    }

    String namespace() {
        return table.namespace();
    }

    TableName name() {
        return table.table();
    }

    @Override
    public String toString() {
        return table + " " + range;
    }
}
