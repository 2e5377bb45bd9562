package dev.firn.rehydrator;

import dev.firn.FaultPoints;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;

/** What others do while a program is at a certain instruction. */
final class Meanwhile {

    private Meanwhile() {}

    interface Step {

        void run() throws SQLException;
    }

    /** Whatever comes there fails. */
    static FaultPoints failing(String point) {
        return reached -> {
            if (reached.equals(point)) {
                throw new IllegalStateException("failing at " + point);
            }
        };
    }

    /** The first time that it comes there. */
    static FaultPoints once(String point, Step step) {
        AtomicBoolean done = new AtomicBoolean();
        return reached -> {
            if (reached.equals(point) && done.compareAndSet(false, true)) {
                try {
                    step.run();
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
    }
}
