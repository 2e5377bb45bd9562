package dev.firn.archiver.service;

import org.quartz.Job;
import org.quartz.JobDataMap;
import org.quartz.JobExecutionContext;

/** Takes one chunk all the way. Its name is written into the jobs of a cluster. */
final class ChunkJob implements Job {

    /** Of a trigger: how often this job came to nothing because others were in work. */
    static final String TRIES = "tries";

    /** Of a trigger: that more chunks are due than there are jobs for, and this is the last that got one. */
    static final String LAST = "last";

    private final Desk desk;

    ChunkJob(Desk desk) {
        this.desk = desk;
    }

    @Override
    public void execute(JobExecutionContext context) {
        JobDataMap data = context.getMergedJobDataMap();
        int tries = data.containsKey(TRIES) ? Integer.parseInt(data.getString(TRIES)) : 0;
        desk.work(new ChunkDesk.Turn(ChunkId.of(data), tries, Boolean.parseBoolean(data.getString(LAST))));
    }
}
