package dev.firn.source;

import dev.firn.testing.RequiresTimescale;
import dev.firn.testing.TestDatabase;
import java.util.stream.Stream;

/** The way back to where chunks are already: hypertables of every version that is installed. */
@RequiresTimescale
class HypertableOverlapsIT extends OverlapsContract {

    @Override
    Stream<String> versions() {
        return TestDatabase.availableTimescaleVersions().stream();
    }
}
