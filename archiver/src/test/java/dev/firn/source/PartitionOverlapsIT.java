package dev.firn.source;

import java.util.stream.Stream;

/** The way back to where chunks are already: partitions of plain PostgreSQL. */
class PartitionOverlapsIT extends OverlapsContract {

    @Override
    Stream<String> versions() {
        return Stream.of("");
    }
}
