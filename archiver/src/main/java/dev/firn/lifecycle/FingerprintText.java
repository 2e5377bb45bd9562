package dev.firn.lifecycle;

import dev.firn.source.Fingerprint;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A fingerprint as manifests and the catalogue keep it. Kept ones come from outside, and are only compared: with the whole
 * of a fingerprint taken now, or with which chunk of which database it was.
 */
final class FingerprintText {

    /** System identifier, timeline, start, database, last reset of the statistics; and the chunk's OID. */
    private static final Pattern CHUNK =
            Pattern.compile("(\\d+)/([0-9A-Fa-f]+)/\\d+/(\\d+)/(\\d+) [|] .*?\\bchunk (\\d+) .*", Pattern.DOTALL);

    private FingerprintText() {}

    static String of(Fingerprint fingerprint) {
        return String.join(
                " | ",
                fingerprint.server(),
                fingerprint.identity(),
                "columns " + fingerprint.columns(),
                "heap " + fingerprint.heapRows() + " " + fingerprint.heapSum(),
                "batches " + fingerprint.twinRows() + " " + fingerprint.twinSum());
    }

    /**
     * Whether both are of one and the same relation in one history of one database. Then the chunk as it is now came from
     * the chunk as it was by what was committed since; else it may have been restored from an earlier time, or be another
     * one that took its place. Crash recovery is such a return too (it may lose what was committed asynchronously, and a
     * volume put back begins with one); the reset of the statistics that goes with it tells.
     */
    static boolean sameChunk(String kept, Fingerprint now) {
        Optional<List<String>> before = groups(kept, 1, 2, 3, 4, 5);
        return before.isPresent() && before.equals(groups(of(now), 1, 2, 3, 4, 5));
    }

    /** Whether they are of two relations of one database, whatever befell its server in between. */
    static boolean otherChunk(String kept, Fingerprint now) {
        Optional<List<String>> before = groups(kept, 1, 3);
        return before.isPresent()
                && before.equals(groups(of(now), 1, 3))
                && !groups(kept, 5).equals(groups(of(now), 5));
    }

    private static Optional<List<String>> groups(String text, int... numbers) {
        Matcher matcher = CHUNK.matcher(text);
        return matcher.matches()
                ? Optional.of(Arrays.stream(numbers).mapToObj(matcher::group).toList())
                : Optional.empty();
    }
}
