package dev.firn.source;

import dev.firn.testing.RequiresTimescale;
import dev.firn.testing.TestDatabase;
import java.util.stream.Stream;

/** The way back into hypertables of every version that is installed. */
@RequiresTimescale
class HypertableLoadingIT extends ChunkLoaderContract {

    @Override
    Stream<String> versions() {
        return TestDatabase.availableTimescaleVersions().stream();
    }
}
