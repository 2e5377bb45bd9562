package dev.firn.rehydrator;

import dev.firn.lifecycle.PositionSpan;
import java.util.Optional;
import picocli.CommandLine.Option;

/** From when to when. */
final class SpanOptions {

    @Option(
            names = "--from",
            paramLabel = "T",
            description = "First time (UTC unless an offset is given) or number; from the beginning by default.")
    private String from;

    @Option(names = "--to", paramLabel = "T", description = "First time or number after it; to the end by default.")
    private String to;

    PositionSpan span() {
        return new PositionSpan(Optional.ofNullable(from), Optional.ofNullable(to));
    }
}
