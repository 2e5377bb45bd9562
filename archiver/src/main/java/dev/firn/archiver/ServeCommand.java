package dev.firn.archiver;

import dev.firn.archiver.service.Service;
import dev.firn.archiver.service.StopSignals;
import dev.firn.archiver.service.Watchers;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code archiver serve}: works on all namespaces until it is told to stop. */
@Command(
        name = "serve",
        description = {
            "Works on all namespaces until it is told to stop: looks at each table by its schedule, and at files that change.",
            "SIGTERM or SIGINT stops it within service.stop-timeout; the second one at once. Either way the next start goes on."
        })
final class ServeCommand implements Callable<Integer> {

    @ParentCommand
    private ArchiverCommand archiver;

    @Override
    public Integer call() throws InterruptedException {
        try (StopSignals signals = StopSignals.listen();
                Service service = Service.start(archiver.conf(), archiver.surroundings(), Watchers.logging())) {
            signals.await();
            service.stop(service.stopTimeout());
        }
        return 0;
    }
}
