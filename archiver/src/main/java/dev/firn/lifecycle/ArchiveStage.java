package dev.firn.lifecycle;

import dev.firn.archive.Manifest;
import dev.firn.archive.Promoted;
import dev.firn.archive.Proof;
import java.util.List;
import java.util.Optional;

/**
 * How far a chunk has come. Each stage holds the evidence that earned it, so none can be skipped: nothing is published
 * without a {@link Proof}, and nothing dropped without {@link Promoted} files and an {@link EqualCopy}.
 */
sealed interface ArchiveStage {

    /** A stage from which it goes on. */
    sealed interface Pending extends ArchiveStage {

        /** Moves one stage on, or throws and leaves everything as it was. */
        ArchiveStage advance(ArchiveSteps steps);

        /** What that step is called where its time is told. */
        Progress.Stage next();
    }

    /**
     * To be copied.
     *
     * @param role what the copy will be to those that are there
     * @param supersedes manifests whose rows it replaces
     * @param cameBack whether these are all that had come back into this very chunk, under the same claim
     */
    record Selected(Manifest.Role role, List<String> supersedes, boolean cameBack) implements Pending {

        static final Selected FIRST = new Selected(Manifest.Role.ORIGINAL, List.of());

        public Selected {
            supersedes = List.copyOf(supersedes);
        }

        Selected(Manifest.Role role, List<String> supersedes) {
            this(role, supersedes, false);
        }

        @Override
        public ArchiveStage advance(ArchiveSteps steps) {
            return steps.copy(this);
        }

        @Override
        public Progress.Stage next() {
            return Progress.Stage.COPY;
        }
    }

    /** Copied to where nobody reads yet, and not proven. */
    record Copied(Selected plan, CopiedRows copy) implements Pending {
        @Override
        public ArchiveStage advance(ArchiveSteps steps) {
            return steps.prove(this);
        }

        @Override
        public Progress.Stage next() {
            return Progress.Stage.PROVE;
        }
    }

    /** The copy was read back from the store and found equal. */
    record Proven(Selected plan, CopiedRows copy, Proof proof) implements Pending {
        @Override
        public ArchiveStage advance(ArchiveSteps steps) {
            return steps.publish(this);
        }

        @Override
        public Progress.Stage next() {
            return Progress.Stage.PUBLISH;
        }
    }

    /**
     * Archived: the manifest stands.
     *
     * @param equal that the chunk held exactly this, if this run saw it
     */
    record Published(Manifest manifest, Optional<EqualCopy> equal) implements Pending {
        @Override
        public ArchiveStage advance(ArchiveSteps steps) {
            return steps.promote(this);
        }

        @Override
        public Progress.Stage next() {
            return Progress.Stage.PROMOTE;
        }
    }

    /** Its files are where readers look. */
    record InPlace(Promoted promoted, Optional<EqualCopy> equal) implements Pending {
        @Override
        public ArchiveStage advance(ArchiveSteps steps) {
            return steps.dropIfDue(this);
        }

        @Override
        public Progress.Stage next() {
            return equal.isEmpty() ? Progress.Stage.COMPARE : Progress.Stage.DROP;
        }
    }

    /** It came back, is not what came back any more, and stays until somebody decides. */
    record Edited(Manifest manifest) implements ArchiveStage {}

    /** Archived, and the chunk stays for now. */
    record Kept(Manifest manifest) implements ArchiveStage {}

    /** Archived, and the chunk is gone from the database. */
    record Dropped(Manifest manifest, long bytesFreed) implements ArchiveStage {}
}
