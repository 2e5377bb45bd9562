package dev.firn.lifecycle;

import dev.firn.source.Fingerprint;
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
        Optional<String> before = chunk(kept);
        return before.isPresent() && before.equals(chunk(of(now)));
    }

    private static Optional<String> chunk(String text) {
        Matcher matcher = CHUNK.matcher(text);
        return matcher.matches()
                ? Optional.of(String.join(
                        "/", matcher.group(1), matcher.group(2), matcher.group(3), matcher.group(4), matcher.group(5)))
                : Optional.empty();
    }
}
