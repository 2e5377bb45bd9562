package dev.firn.archiver.service;

import dev.firn.FaultPoints;
import dev.firn.FirnException;
import dev.firn.TableName;
import dev.firn.TimeRange;
import dev.firn.archive.Archive;
import dev.firn.archive.ArchiveLayout;
import dev.firn.archive.Manifest;
import dev.firn.archiver.Main;
import dev.firn.archiver.http.ServiceMetrics;
import dev.firn.archiver.http.StatusServer;
import dev.firn.archiver.http.Watcher;
import dev.firn.config.Configuration;
import dev.firn.config.Secret;
import dev.firn.lifecycle.ChunkResult;
import dev.firn.lifecycle.EventStoreRegistry;
import dev.firn.lifecycle.Initialiser;
import dev.firn.lifecycle.Login;
import dev.firn.lifecycle.Surroundings;
import dev.firn.store.DirectorySettings;
import dev.firn.store.ObjectStore;
import dev.firn.store.Stores;
import dev.firn.testing.EventStore;
import dev.firn.testing.Eventodb;
import dev.firn.testing.TestDatabase;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.quartz.JobExecutionContext;
import org.quartz.JobExecutionException;
import org.quartz.JobKey;
import org.quartz.SchedulerException;
import org.quartz.impl.matchers.KeyMatcher;
import org.quartz.listeners.JobListenerSupport;

/** A configuration directory with several namespaces, their databases, and what a service of them tells. */
final class Site implements AutoCloseable {

    private static final long MOST_SECONDS = 60;

    private final Path home;
    private final List<TestDatabase> databases = new ArrayList<>();
    private final LinkedBlockingQueue<Told> told = new LinkedBlockingQueue<>();
    private final List<Told> heard = new ArrayList<>();

    /** A chunk's end, or another failure. */
    record Told(String namespace, Optional<ChunkResult> result, Optional<FirnException> failure) {}

    Site(Path home) throws IOException {
        this.home = home;
        Files.createDirectories(conf().resolve("namespaces"));
        service("");
    }

    Path conf() {
        return home.resolve("conf");
    }

    Path home() {
        return home;
    }

    /** @param more settings of {@code firn.conf} */
    void service(String more) {
        write(
                "firn.conf",
                """
                claim { lease = 2s, renew-every = 500ms }
                service { schedule = 1h, reload-every = 200ms, stop-timeout = 30s }
                http { port = 0 }
                %s
                """
                        .formatted(more));
    }

    /** Whole or not at all, as careful editors do. */
    void write(String file, String text) {
        try {
            Path temporary = Files.writeString(home.resolve("draft"), text);
            Files.move(
                    temporary,
                    conf().resolve(file),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String read(String file) throws IOException {
        return Files.readString(conf().resolve(file));
    }

    void remove(String namespace) throws IOException {
        Files.delete(conf().resolve("namespaces/" + namespace + ".conf"));
    }

    TestDatabase database() {
        return keep(TestDatabase.create());
    }

    /** Without TimescaleDB. */
    TestDatabase plain() {
        return keep(TestDatabase.plain());
    }

    private TestDatabase keep(TestDatabase database) {
        databases.add(database);
        return database;
    }

    /** An event store of compressed weeks, in the schema. */
    EventStore events(TestDatabase database, String schema, int weeks) throws SQLException {
        try (Connection owner = database.owner()) {
            EventStore events = EventStore.create(owner, schema, weeks);
            if (weeks > 0) {
                events.fillWeeks(owner, 1, weeks, 60);
            }
            events.compressAll(owner);
            return events;
        }
    }

    /** Writes the file of a namespace. */
    void namespace(String name, TestDatabase database, String tables, String... more) {
        write(
                "namespaces/" + name + ".conf",
                """
                database { url = "%s", user = %s, password = %s, lock-pause = 100ms }
                location { url = "file:%s" }
                tables { %s }
                %s
                """
                        .formatted(
                                database.jdbcUrl(),
                                TestDatabase.ARCHIVER,
                                TestDatabase.PASSWORD,
                                archive(name),
                                tables,
                                String.join("\n", more)));
    }

    Path archive(String namespace) {
        return home.resolve("archive-" + namespace).toAbsolutePath();
    }

    /** Makes its catalogue and claims its location. */
    void init(String name, TestDatabase database) {
        database.execute(
                """
                DO $$ BEGIN
                  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'firn_installer') THEN
                    CREATE ROLE firn_installer LOGIN PASSWORD '%s';
                  END IF;
                END $$"""
                        .formatted(TestDatabase.PASSWORD),
                "GRANT CREATE ON DATABASE " + TableName.quote(database.name()) + " TO firn_installer");
        new Initialiser(Configuration.namespace(conf(), name, new EventStoreRegistry()), name, Surroundings.real())
                .run(new Login("firn_installer", Optional.of(new Secret(TestDatabase.PASSWORD))), false);
    }

    /** Runs a command in this JVM, and answers what it printed. */
    String run(String... arguments) {
        StringWriter printed = new StringWriter();
        List<String> all = new ArrayList<>(List.of("--conf", conf().toString()));
        all.addAll(List.of(arguments));
        PrintWriter writer = new PrintWriter(printed, true);
        Main.run(Surroundings.real(), writer, writer, all.toArray(String[]::new));
        return printed.toString();
    }

    /** Tells of what it does. */
    Service start(Surroundings surroundings) {
        return Service.start(conf(), surroundings, new ServiceMetrics(surroundings.clock()), this::watcher);
    }

    Watcher watcher(String namespace) {
        return new Watcher() {
            @Override
            public void archived(ChunkResult result) {
                told.add(new Told(namespace, Optional.of(result), result.failure()));
            }

            @Override
            public void failed(Optional<TableName> table, Optional<TimeRange> range, FirnException failure) {
                told.add(new Told(namespace, Optional.empty(), Optional.of(failure)));
            }
        };
    }

    /** Until so many chunks of a namespace have ended so. */
    void await(String namespace, ChunkResult.Outcome outcome, int count) {
        await(() -> heard.stream()
                        .filter(each -> each.namespace().equals(namespace))
                        .flatMap(each -> each.result().stream())
                        .filter(result -> result.outcome() == outcome)
                        .count()
                >= count);
    }

    /** Until a failure of a namespace says this. */
    void awaitFailure(String namespace, String text) {
        await(() -> heard.stream()
                .filter(each -> each.namespace().equals(namespace))
                .flatMap(each -> each.failure().stream())
                .anyMatch(failure -> failure.getMessage().contains(text)));
    }

    /** Has a job done now, and waits for the end of everything that is at work. */
    void runNow(Service service, JobKey job) throws SchedulerException {
        CountDownLatch ended = new CountDownLatch(1);
        JobListenerSupport listener = new JobListenerSupport() {
            @Override
            public String getName() {
                return "end of " + job;
            }

            @Override
            public void jobWasExecuted(JobExecutionContext context, JobExecutionException failure) {
                ended.countDown();
            }
        };
        service.scheduler().getListenerManager().addJobListener(listener, KeyMatcher.keyEquals(job));
        service.scheduler().triggerJob(job);
        await(() -> ended.getCount() == 0 && service.hands().busy() == 0);
        service.scheduler().getListenerManager().removeJobListener(listener.getName());
    }

    /** What is answered to who asks for this. */
    static String get(StatusServer pages, String path) {
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(pages.address().resolve("/" + path))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(path, e);
        }
    }

    List<Told> heard() {
        told.drainTo(heard);
        return List.copyOf(heard);
    }

    /** Until something is so. */
    void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
        while (System.nanoTime() < deadline) {
            told.drainTo(heard);
            if (condition.getAsBoolean()) {
                return;
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
        throw new AssertionError("it did not come to that; told so far: " + heard);
    }

    List<Manifest> live(String namespace, TableName table) {
        return live(namespace, namespace, table);
    }

    /** @param file that says where the archive is */
    List<Manifest> live(String file, String namespace, TableName table) {
        try (ObjectStore store = Stores.open(new DirectorySettings(archive(file)))) {
            return new Archive(store, new ArchiveLayout(namespace, table), FaultPoints.NONE).live();
        }
    }

    static String ask(TestDatabase database, String sql) {
        try (Connection connection = database.admin()) {
            return Eventodb.texts(connection, sql).get(0);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    @Override
    public void close() {
        databases.forEach(TestDatabase::close);
    }
}
