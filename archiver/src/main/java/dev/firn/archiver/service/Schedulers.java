package dev.firn.archiver.service;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.config.ServeConfig;
import java.util.Optional;
import java.util.Properties;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.core.QuartzScheduler;
import org.quartz.core.QuartzSchedulerResources;
import org.quartz.impl.StdSchedulerFactory;
import org.quartz.impl.jdbcjobstore.JobStoreTX;
import org.quartz.impl.jdbcjobstore.PostgreSQLDelegate;
import org.quartz.simpl.RAMJobStore;
import org.quartz.utils.DBConnectionManager;

/** Makes Quartz, with its jobs in memory or in the database of a cluster. */
final class Schedulers {

    /** The default of half a minute would let a node idle beside another one that has work to share. */
    private static final String IDLE_MILLIS = "1000";

    /** How often a node of a cluster gives a sign of life, in milliseconds. */
    private static final String SIGN_OF_LIFE_MILLIS = "2000";

    /** Name of the cluster, which all nodes have. */
    static final String CLUSTER = "firn";

    private Schedulers() {}

    /** @param workers may be more later on */
    record Made(Scheduler scheduler, Workers workers) {}

    /** Quartz makes its threads by the name of their class; this is where they can be had. */
    private static final class Factory extends StdSchedulerFactory {

        private Workers workers;

        Factory(Properties properties) throws SchedulerException {
            super(properties);
        }

        @Override
        protected Scheduler instantiate(QuartzSchedulerResources resources, QuartzScheduler scheduler) {
            workers = (Workers) resources.getThreadPool();
            return super.instantiate(resources, scheduler);
        }
    }

    /** @param node name of this one, unlike that of any other */
    static Made make(ServeConfig config, Optional<ClusterDatabase> cluster, String node, int threads) {
        Properties properties = new Properties();
        properties.setProperty(StdSchedulerFactory.PROP_SCHED_INSTANCE_ID, node);
        properties.setProperty("org.quartz.scheduler.idleWaitTime", IDLE_MILLIS);
        properties.setProperty("org.quartz.scheduler.makeSchedulerThreadDaemon", "true");
        properties.setProperty("org.quartz.scheduler.skipUpdateCheck", "true");
        properties.setProperty("org.quartz.threadPool.class", Workers.class.getName());
        if (cluster.isPresent()) {
            properties.setProperty(StdSchedulerFactory.PROP_SCHED_INSTANCE_NAME, CLUSTER);
            store(properties, config.cluster().orElseThrow(), cluster.get(), node);
        } else {
            properties.setProperty(StdSchedulerFactory.PROP_SCHED_INSTANCE_NAME, "firn " + node);
            properties.setProperty("org.quartz.jobStore.class", RAMJobStore.class.getName());
        }
        try {
            Factory factory = new Factory(properties);
            Scheduler scheduler = factory.getScheduler();
            factory.workers.limit(threads);
            return new Made(scheduler, factory.workers);
        } catch (SchedulerException e) {
            throw failure("making the scheduler; nothing was started", e);
        }
    }

    private static void store(Properties properties, ServeConfig.Cluster config, ClusterDatabase cluster, String node) {
        String source = "firn " + node;
        DBConnectionManager.getInstance().addConnectionProvider(source, cluster);
        properties.setProperty("org.quartz.jobStore.class", JobStoreTX.class.getName());
        properties.setProperty("org.quartz.jobStore.driverDelegateClass", PostgreSQLDelegate.class.getName());
        properties.setProperty("org.quartz.jobStore.dataSource", source);
        properties.setProperty("org.quartz.jobStore.tablePrefix", config.schema() + ".qrtz_");
        properties.setProperty("org.quartz.jobStore.useProperties", "true");
        properties.setProperty("org.quartz.jobStore.isClustered", "true");
        properties.setProperty("org.quartz.jobStore.clusterCheckinInterval", SIGN_OF_LIFE_MILLIS);
        properties.setProperty("org.quartz.jobStore.makeThreadsDaemons", "true");
    }

    static FirnException failure(String doing, SchedulerException cause) {
        return new FirnException(
                Category.PASSING,
                "service",
                "%s (%s)".formatted(doing, cause.getMessage()),
                "see that the cluster's database is up, if there is one; nothing that matters is in the scheduler",
                cause);
    }
}
