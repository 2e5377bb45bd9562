package dev.firn.lifecycle;

/** What a pass does with a chunk, and why. A closed set: plan, run and status speak of the same cases. */
public sealed interface Decision {

    /** The word for it in plans and in JSON. */
    String word();

    /** Why, for people. */
    String reason();

    /** Whether a pass has work to do. */
    default boolean isWork() {
        return false;
    }

    /** Copy, prove, publish; and drop if that is due as well. */
    record Archive(boolean dropToo, String reason) implements Decision {
        @Override
        public String word() {
            return dropToo ? "archive and drop" : "archive";
        }

        @Override
        public boolean isWork() {
            return true;
        }
    }

    /** A proven copy exists: check that the chunk still holds just that, and drop it. */
    record Drop(String reason) implements Decision {
        @Override
        public String word() {
            return "drop";
        }

        @Override
        public boolean isWork() {
            return true;
        }
    }

    /** A published manifest whose files have not all reached the place where readers look. */
    record Finish(String reason) implements Decision {
        @Override
        public String word() {
            return "finish";
        }

        @Override
        public boolean isWork() {
            return true;
        }
    }

    /** Nothing to do now; it will be, by itself. */
    record Wait(Cause cause, String reason) implements Decision {
        @Override
        public String word() {
            return cause.word;
        }
    }

    /** A person has to decide or to mend something. */
    record Refuse(String reason, String hint) implements Decision {
        @Override
        public String word() {
            return "refused";
        }
    }

    /** Why a chunk is left alone for now. */
    enum Cause {
        TOO_YOUNG("too young"),
        NOT_COMPRESSED("not compressed"),
        ARCHIVED("archived"),
        ON_HOLD("on hold"),
        MIXED("holds archived rows"),
        GUARDED("guarded"),
        EDITED("edited"),
        IN_WORK("in work"),
        BACKING_OFF("failed before");

        private final String word;

        Cause(String word) {
            this.word = word;
        }
    }
}
