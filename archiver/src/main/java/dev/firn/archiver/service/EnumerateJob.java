package dev.firn.archiver.service;

import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobExecutionContext;

/** Looks for due chunks of one table; one node at a time does. Its name is written into the jobs of a cluster. */
@DisallowConcurrentExecution
final class EnumerateJob implements Job {

    private final Desk desk;

    EnumerateJob(Desk desk) {
        this.desk = desk;
    }

    @Override
    public void execute(JobExecutionContext context) {
        desk.enumerate(TableId.of(context.getMergedJobDataMap()));
    }
}
