package dev.firn.archiver.service;

import java.util.concurrent.atomic.AtomicLong;
import org.quartz.Trigger;
import org.quartz.listeners.TriggerListenerSupport;

/** Counts what did not begin in time. */
final class Misfires extends TriggerListenerSupport {

    private final AtomicLong count = new AtomicLong();

    @Override
    public String getName() {
        return "misfires";
    }

    @Override
    public void triggerMisfired(Trigger trigger) {
        count.incrementAndGet();
    }

    long count() {
        return count.get();
    }
}
