package dev.firn.archiver.service;

import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobExecutionContext;
import org.quartz.JobKey;

/** One of the {@link Maintenance} tasks of a namespace. Its name is written into the jobs of a cluster. */
@DisallowConcurrentExecution
final class MaintenanceJob implements Job {

    private static final String GROUP = "maintenance ";

    private final Desk desk;

    MaintenanceJob(Desk desk) {
        this.desk = desk;
    }

    static JobKey key(String namespace, Maintenance task) {
        return new JobKey(task.name(), group(namespace));
    }

    static String group(String namespace) {
        return GROUP + namespace;
    }

    @Override
    public void execute(JobExecutionContext context) {
        JobKey key = context.getJobDetail().getKey();
        desk.maintain(key.getGroup().substring(GROUP.length()), key.getName());
    }
}
