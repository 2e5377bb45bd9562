package dev.firn.lifecycle.doctor;

import java.sql.SQLException;
import java.util.List;

/**
 * One look at one thing. Holds no state, and may fail: then that is what was found.
 *
 * @param <S> what it looks at
 */
interface Examination<S> {

    Area area();

    /** What is to be said; nothing where a kind of trouble is absent that nobody expects. */
    List<Remark> look(S subject) throws SQLException;
}
