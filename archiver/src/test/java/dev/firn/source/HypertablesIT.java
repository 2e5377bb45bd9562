package dev.firn.source;

import dev.firn.testing.RequiresTimescale;
import dev.firn.testing.TestDatabase;
import java.util.stream.Stream;

/** The contract, kept by hypertables of every version that is installed. */
@RequiresTimescale
class HypertablesIT extends ChunkSourceContract {

    @Override
    Stream<String> versions() {
        return TestDatabase.availableTimescaleVersions().stream();
    }
}
