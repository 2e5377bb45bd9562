package dev.firn.source;

import java.util.stream.Stream;

/** The contract, kept by partitions of plain PostgreSQL. */
class PartitionsIT extends ChunkSourceContract {

    @Override
    Stream<String> versions() {
        return Stream.of("");
    }
}
