package dev.firn.lifecycle;

import dev.firn.archive.Manifest;
import dev.firn.catalog.ScrubRecord;
import dev.firn.config.Share;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which copies are proven again: those whose last proof is the oldest, until a share of all bytes is reached. */
final class ScrubChoice {

    private ScrubChoice() {}

    /**
     * In the order in which they are to be proven; one at least.
     *
     * @param records of those that were proven again already
     */
    static List<Manifest> of(List<Manifest> live, Map<String, ScrubRecord> records, Share share) {
        List<Manifest> byProof = new ArrayList<>(live);
        byProof.sort(Comparator.comparing((Manifest manifest) -> lastProof(manifest, records))
                .thenComparing(Manifest::key));
        long wanted = share.of(live.stream().mapToLong(Manifest::bytes).sum());
        List<Manifest> chosen = new ArrayList<>();
        long bytes = 0;
        for (Manifest manifest : byProof) {
            if (bytes >= wanted && !chosen.isEmpty()) {
                break;
            }
            chosen.add(manifest);
            bytes += manifest.bytes();
        }
        return List.copyOf(chosen);
    }

    private static Instant lastProof(Manifest manifest, Map<String, ScrubRecord> records) {
        return Optional.ofNullable(records.get(manifest.key()))
                .map(ScrubRecord::triedAt)
                .orElse(manifest.proof().at());
    }
}
