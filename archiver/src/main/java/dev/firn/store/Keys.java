package dev.firn.store;

import dev.firn.FirnException.Category;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Which keys there can be: the same in every store, so that an archive can be moved from one to another. Elements that
 * start with a dot are the stores' own.
 */
final class Keys {

    private static final int MAX_KEY_BYTES = 800;
    private static final int MAX_ELEMENT_BYTES = 200;

    private Keys() {}

    /** The key, if it is one. */
    static String check(String url, String key) {
        return refuse(url, "key", key, problem(key));
    }

    /** The prefix, if a key can start with it. */
    static String checkPrefix(String url, String prefix) {
        int slash = prefix.lastIndexOf('/');
        String problem = slash < 0 ? null : problem(prefix.substring(0, slash));
        String rest = prefix.substring(slash + 1);
        return refuse(url, "prefix", prefix, problem != null || rest.isEmpty() ? problem : problem(rest));
    }

    /** Whether a key found in a store is one of the store's own. */
    static boolean isHidden(String key) {
        return key.startsWith(".") || key.contains("/.");
    }

    /** What is wrong with a key, or null. */
    static String problem(String key) {
        if (key.getBytes(StandardCharsets.UTF_8).length > MAX_KEY_BYTES) {
            return "is longer than %d bytes".formatted(MAX_KEY_BYTES);
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(key)) {
            return "is not valid Unicode";
        }
        if (key.indexOf('\\') >= 0 || key.chars().anyMatch(Character::isISOControl)) {
            return "holds a backslash or a control character";
        }
        for (String element : key.split("/", -1)) {
            if (element.isEmpty()) {
                return "holds an empty element";
            }
            if (element.startsWith(".")) {
                return "holds an element that starts with a dot";
            }
            if (element.getBytes(StandardCharsets.UTF_8).length > MAX_ELEMENT_BYTES) {
                return "holds an element longer than %d bytes".formatted(MAX_ELEMENT_BYTES);
            }
        }
        return null;
    }

    private static String refuse(String url, String kind, String given, String problem) {
        if (problem == null) {
            return given;
        }
        StringBuilder printable = new StringBuilder();
        given.chars()
                .forEach(c -> printable.append(
                        Character.isISOControl(c) ? String.format(Locale.ROOT, "\\u%04x", c) : (char) c));
        throw new StoreException(
                Category.REFUSED,
                url,
                "%s '%s' %s; nothing was asked of the store".formatted(kind, printable, problem),
                "names of namespaces and tables end up in keys: choose others, or report this as a defect",
                null);
    }
}
