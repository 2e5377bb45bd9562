package dev.firn.archiver.service;

import dev.firn.config.Schedule;
import dev.firn.lifecycle.OpenNamespace;
import dev.firn.lifecycle.Progress;
import java.util.List;

/**
 * Something that is done for a whole namespace now and then, by one node at a time. {@link #ALL} is the one place where such
 * a task is registered.
 *
 * @param name in keys of jobs, which other nodes read too
 * @param what it does, for people
 */
record Maintenance(String name, String what, Schedule schedule, Task task) {

    /** Done at any time of the day, but not where a person paused the namespace. */
    static final List<Maintenance> ALL = List.of();

    /** Does it. */
    @FunctionalInterface
    interface Task {
        void run(OpenNamespace namespace, Progress progress);
    }
}
