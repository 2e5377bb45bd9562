package dev.firn.rehydrator;

import dev.firn.FaultPoints;
import java.sql.SQLException;

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
        boolean[] done = new boolean[1];
        return reached -> {
            if (reached.equals(point) && !done[0]) {
                done[0] = true;
                try {
                    step.run();
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
    }
}
