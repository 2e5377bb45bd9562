package dev.firn.source;

import java.util.stream.Stream;

/** The way back into partitions of plain PostgreSQL. */
class PartitionLoadingIT extends ChunkLoaderContract {

    @Override
    Stream<String> versions() {
        return Stream.of("");
    }
}
