package dev.firn.archiver;

import dev.firn.archiver.http.ServiceMetrics;
import dev.firn.archiver.http.StatusServer;
import dev.firn.archiver.http.Watcher;
import dev.firn.archiver.service.Service;
import dev.firn.archiver.service.StopSignals;
import dev.firn.config.ServiceConfig;
import dev.firn.lifecycle.Surroundings;
import java.time.Clock;
import java.util.Optional;
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
        Surroundings surroundings = archiver.surroundings();
        try (StopSignals signals = StopSignals.listen();
                ServiceMetrics metrics = new ServiceMetrics(surroundings.clock());
                Service service = Service.start(archiver.conf(), surroundings, metrics, namespace -> Watcher.NONE)) {
            Optional<StatusServer> pages = pages(service, metrics, surroundings.clock());
            try {
                signals.await();
                // Whoever looks meanwhile sees it end.
                service.stop(service.stopTimeout());
            } finally {
                pages.ifPresent(StatusServer::close);
            }
        }
        return 0;
    }

    private static Optional<StatusServer> pages(Service service, ServiceMetrics metrics, Clock clock) {
        ServiceConfig.Http http = service.settings().http();
        return http.enabled()
                ? Optional.of(StatusServer.start(http, service.view(), metrics, clock))
                : Optional.empty();
    }
}
