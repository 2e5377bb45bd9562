package dev.firn.archiver.service;

import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobExecutionContext;
import org.quartz.JobKey;

/** Brings back what was asked for with {@code firn.rehydrate()}. Its name is written into the jobs of a cluster. */
@DisallowConcurrentExecution
final class RequestsJob implements Job {

    static final String GROUP = "requests";

    private final Desk desk;

    RequestsJob(Desk desk) {
        this.desk = desk;
    }

    static JobKey key(String namespace) {
        return new JobKey(namespace, GROUP);
    }

    @Override
    public void execute(JobExecutionContext context) {
        desk.restoreRequested(context.getJobDetail().getKey().getName());
    }
}
