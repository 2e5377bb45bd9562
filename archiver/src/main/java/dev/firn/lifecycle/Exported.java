package dev.firn.lifecycle;

import dev.firn.source.Fingerprint;
import java.util.List;
import java.util.Optional;

/**
 * What one snapshot says of the rows that are to be read in it.
 *
 * @param select {@code SELECT} texts for a list of columns
 * @param rows by the books of the chunks
 * @param relation what a manifest calls the chunk
 * @param compressed whether it is to come back compressed
 * @param fingerprint as a manifest keeps it
 * @param ofChunk what the drop compares with; empty where the rows are no chunk
 */
record Exported(
        Select select,
        long rows,
        String relation,
        boolean compressed,
        String fingerprint,
        Optional<Fingerprint> ofChunk) {

    /** How the rows are read: a query for each chunk that they are in. */
    interface Select {

        List<String> of(List<String> columns);
    }
}
