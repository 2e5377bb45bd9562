package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TimeKind;
import dev.firn.source.Chunk;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Which of the due chunks one pass takes: the oldest first, and no more than asked for. */
final class ChunkChoice {

    private ChunkChoice() {}

    static List<Chunk> of(TableWork work, TablePlan plan, RunOptions options) {
        OptionalLong wanted = options.chunk()
                .map(text -> OptionalLong.of(position(work.table().timeKind(), text)))
                .orElseGet(OptionalLong::empty);
        if (wanted.isPresent()) {
            Optional<PlannedChunk> found = plan.chunks().stream()
                    .filter(planned -> planned.chunk().range().contains(wanted.getAsLong()))
                    .findFirst();
            return List.of(due(work, found, options.chunk().orElseThrow()));
        }
        Stream<Chunk> due = plan.due().stream().map(PlannedChunk::chunk).sorted((a, b) -> a.range()
                .compareTo(b.range()));
        return due.limit(options.maxChunks().orElse(work.config().maxChunksPerPass()))
                .toList();
    }

    private static Chunk due(TableWork work, Optional<PlannedChunk> found, String text) {
        if (found.isEmpty()) {
            throw refused(work, "no chunk in the database holds %s".formatted(text), "see `archiver plan`");
        }
        Decision decision = found.get().decision();
        if (!decision.isWork()) {
            throw refused(
                    work,
                    "the chunk %s has no work to do: %s, %s"
                            .formatted(found.get().chunk().range(), decision.word(), decision.reason()),
                    decision instanceof Decision.Refuse stop ? stop.hint() : "see `archiver plan`");
        }
        return found.get().chunk();
    }

    static long position(TimeKind kind, String text) {
        return Positions.parse(kind, text);
    }

    private static FirnException refused(TableWork work, String what, String hint) {
        return new FirnException(
                Category.REFUSED,
                work.namespace() + "/" + work.table().name(),
                "choosing the chunk: " + what + "; nothing was changed",
                hint);
    }
}
