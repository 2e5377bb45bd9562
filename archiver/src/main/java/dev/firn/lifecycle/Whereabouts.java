package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TimeRange;
import dev.firn.catalog.ChunkRow;
import dev.firn.catalog.ChunkState;
import dev.firn.catalog.Placed;
import dev.firn.source.Chunk;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** Where the rows of an archived range are besides, as far as the catalogue and the list of chunks tell. */
enum Whereabouts {

    /** Nowhere. A chunk in its place holds rows that came later, of which nothing is archived. */
    DROPPED,

    /** In the database, all of them. */
    THERE,

    /**
     * The range was dropped, and rows that came later were archived as an addition to it and are in the chunk in its place
     * still. Whether that chunk holds just these is for {@link StandingCopy} to say.
     */
    ADDITION_ONLY;

    /**
     * Only what the catalogue calls dropped may come back: all else is in the database, or nobody can tell.
     *
     * @throws FirnException also where it should be there, and some of its rows are not
     */
    static Whereabouts of(TableWork work, ArchivedPiece piece) throws SQLException {
        TimeRange range = piece.range();
        Optional<ChunkRow> row = work.catalog().chunk(work.key(range));
        if (row.isPresent() && row.get().state() == ChunkState.DROPPED) {
            return DROPPED;
        }
        Optional<Placed> placed = Optional.ofNullable(
                work.catalog().placed(work.namespace(), work.table().name()).get(range));
        StillThere look = new StillThere(work, piece);
        boolean covered;
        try (Connection connection = work.connections().getConnection()) {
            covered = !work.source()
                    .loader(work.table())
                    .placement(connection, range)
                    .isFree();
            Optional<Chunk> own = work.source().chunkAt(connection, work.table(), range);
            if (own.isPresent() && StandingCopy.isPossible(row, piece)) {
                return ADDITION_ONLY;
            }
            if (own.isPresent()) {
                look.requireIn(connection, own.get(), row, placed);
                return THERE;
            }
        }
        if (placed.isPresent() && covered) {
            look.requireAmong(placed.get());
            return THERE;
        }
        throw new FirnException(
                Category.REFUSED,
                work.where(range),
                "bringing it back: its chunk is not in the database, and the catalogue does not know that it was dropped;"
                        + " nothing was loaded",
                "run `archiver run " + work.namespace() + "`: it finds out what is where, and then try again");
    }
}
