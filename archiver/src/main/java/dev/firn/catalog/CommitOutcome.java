package dev.firn.catalog;

import java.sql.SQLException;
import java.util.Objects;

/** How a COMMIT ended, as far as this side saw. */
public sealed interface CommitOutcome {

    /** The server said so: everything in the transaction is durable. */
    record Committed() implements CommitOutcome {}

    /** The server said that it rolled back: nothing in the transaction happened. */
    record RolledBack(SQLException cause) implements CommitOutcome {
        public RolledBack {
            Objects.requireNonNull(cause, "cause");
        }
    }

    /** The answer was not seen. Only reading back, on another connection, can tell. */
    record Unknown(SQLException cause) implements CommitOutcome {
        public Unknown {
            Objects.requireNonNull(cause, "cause");
        }
    }
}
