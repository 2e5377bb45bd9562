package dev.firn.archiver.http;

import dev.firn.FirnException;
import dev.firn.TableName;
import dev.firn.TimeRange;
import dev.firn.lifecycle.DatabaseReading;
import dev.firn.lifecycle.NamespaceStatus;
import dev.firn.lifecycle.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a running service tells of itself. Called by several threads at once; everything is answered at once from what the
 * service knows already, and only {@link #database} asks a database.
 */
public interface ServiceView {

    About about();

    /** All that are configured, the broken ones too, by name. */
    List<NamespaceView> namespaces();

    /**
     * What a namespace's database says just now, asked on a connection of its own so that a full pool does not look like a
     * database that is down; see {@link DatabaseReading#take}. Never throws.
     *
     * @param namespace one of {@link #namespaces}
     */
    DatabaseReading database(String namespace, Duration timeout);

    /**
     * The service as a whole.
     *
     * @param node its name among the nodes of a cluster; unique on its host otherwise
     * @param clustered whether it shares its work with other nodes
     * @param stopping whether it was told to stop
     * @param nodes of its cluster, this one too; none where it is alone
     * @param jobs what its scheduler counts, if it does
     * @param problem what is wrong with {@code firn.conf} while the last good one is kept
     */
    record About(
            Instant startedAt,
            String version,
            String node,
            boolean clustered,
            boolean stopping,
            List<Node> nodes,
            Optional<Jobs> jobs,
            Optional<FirnException> problem) {

        public About {
            Objects.requireNonNull(startedAt, "startedAt");
            nodes = List.copyOf(nodes);
            Objects.requireNonNull(jobs, "jobs");
            Objects.requireNonNull(problem, "problem");
        }
    }

    /**
     * A node of a cluster.
     *
     * @param lastSeen when it last gave a sign of life, by its own clock
     */
    record Node(String name, Instant lastSeen) {}

    /**
     * Jobs of the scheduler.
     *
     * @param scheduled known to it, of whatever kind
     * @param running on this node now
     * @param threads most that run on this node at once
     * @param executed begun on this node since it started
     * @param misfired not begun in time since this node started
     */
    record Jobs(int scheduled, int running, int threads, long executed, long misfired) {}

    /**
     * One namespace as the service knows it.
     *
     * @param configuration what is wrong with its file; what was read before holds on, if anything was
     * @param status as it was last read, if it ever was
     * @param work in progress on this node
     * @param failures the last ones, newest first; the service keeps a bounded number
     * @param next what comes when, soonest first
     */
    record NamespaceView(
            String name,
            Readiness readiness,
            Optional<FirnException> configuration,
            Activity activity,
            Optional<ReadStatus> status,
            List<InProgress> work,
            List<Failure> failures,
            List<NextRun> next) {

        public NamespaceView {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(readiness, "readiness");
            Objects.requireNonNull(configuration, "configuration");
            Objects.requireNonNull(activity, "activity");
            Objects.requireNonNull(status, "status");
            work = List.copyOf(work);
            failures = List.copyOf(failures);
            next = List.copyOf(next);
        }
    }

    /** Whether the service can work on a namespace. */
    sealed interface Readiness {

        /** It is open: its database answered, its catalogue is there, its store is its own. */
        record Ready(Instant since) implements Readiness {}

        /** It is not; the service goes on trying. */
        record NotReady(Instant since, FirnException why) implements Readiness {}
    }

    /**
     * Whether a namespace is let work.
     *
     * @param detail for people, empty where there is nothing to add: who paused it, which window and until when
     */
    record Activity(Kind kind, String detail) {

        /** What decides. */
        public enum Kind {
            ACTIVE("active"),
            PAUSED("paused"),
            OUTSIDE_WINDOW("outside its window"),
            STANDBY_LAGS("waiting for a standby");

            private final String word;

            Kind(String word) {
                this.word = word;
            }

            public String word() {
                return word;
            }
        }

        public static final Activity ACTIVE = new Activity(Kind.ACTIVE, "");

        public Activity {
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(detail, "detail");
        }
    }

    /** A status and when it was read. */
    record ReadStatus(Instant at, NamespaceStatus status) {}

    /**
     * A piece of work in progress.
     *
     * @param expectedRows 0 for unknown
     */
    record InProgress(
            TableName table,
            TimeRange range,
            Progress.Work what,
            long rows,
            long bytes,
            long expectedRows,
            Instant since) {}

    /** Something that failed; of a whole namespace or table where no chunk is concerned. */
    record Failure(Instant at, Optional<TableName> table, Optional<TimeRange> range, FirnException failure) {}

    /**
     * What comes next.
     *
     * @param what for people, in a few words: {@code looks for due chunks}, {@code scrubs 3 % of the archive}
     */
    record NextRun(Optional<TableName> table, String what, Instant at) {}
}
