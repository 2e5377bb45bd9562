package dev.firn.store;

import dev.firn.store.ObjectStore.PendingUpload;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file that an object is written to before it is one: beside the object, under a name that no key can have. It says
 * itself what it was to become and since when.
 */
final class HiddenFile {

    private static final Pattern NAME = Pattern.compile("\\.(.+)\\.([0-9a-f]{32})\\.upload");
    private static final SecureRandom RANDOM = new SecureRandom();

    private HiddenFile() {}

    static String newId() {
        byte[] random = new byte[8];
        RANDOM.nextBytes(random);
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(Instant.now().toEpochMilli()) + hex.formatHex(random);
    }

    static Path of(Path object, String id) {
        return object.resolveSibling("." + object.getFileName() + "." + id + ".upload");
    }

    /** What a hidden file was to become, or nothing if it is something else. */
    static Optional<PendingUpload> parse(String pathInLocation) {
        int slash = pathInLocation.lastIndexOf('/') + 1;
        Matcher name = NAME.matcher(pathInLocation.substring(slash));
        if (!name.matches()) {
            return Optional.empty();
        }
        String id = name.group(2);
        Instant started = Instant.ofEpochMilli(HexFormat.fromHexDigitsToLong(id, 0, 16));
        return Optional.of(new PendingUpload(pathInLocation.substring(0, slash) + name.group(1), id, started));
    }

    /** Whether it is an id that {@link #newId} could have made. */
    static boolean isId(String id) {
        return id.matches("[0-9a-f]{32}");
    }
}
