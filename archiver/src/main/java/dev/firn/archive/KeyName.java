package dev.firn.archive;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Names of people's making as parts of a key. Letters, digits, {@code -} and {@code _} stand for themselves, every other
 * byte of their UTF-8 form is {@code !} and two hexadecimal digits. A {@code .} is always escaped, so that it can separate
 * two names; a leading {@code _} too, because Athena hides what starts with it. {@code %} and {@code ~} would be the usual
 * escape, but S3 advises against them and some readers decode them once too often.
 */
final class KeyName {

    private static final HexFormat HEX = HexFormat.of();

    private KeyName() {}

    static String encode(String name) {
        StringBuilder out = new StringBuilder(name.length() + 8);
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            if (isPlain(b) || (b == '_' && !out.isEmpty())) {
                out.append((char) b);
            } else {
                out.append('!').append(HEX.toHexDigits(b));
            }
        }
        String encoded = out.toString();
        if (encoded.isEmpty()
                || name.indexOf('\0') >= 0
                || !decodeLoosely(encoded).equals(name)) {
            throw new IllegalArgumentException("'%s' cannot be part of a key".formatted(name));
        }
        return encoded;
    }

    /** The name that {@link #encode} turned into this; anything that it cannot have made is refused. */
    static String decode(String encoded) {
        String name = decodeLoosely(encoded);
        if (!encode(name).equals(encoded)) {
            throw new IllegalArgumentException("'%s' is not a name as keys spell it".formatted(encoded));
        }
        return name;
    }

    private static String decodeLoosely(String encoded) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c == '!' && i + 2 < encoded.length()) {
                out.write(HexFormat.fromHexDigits(encoded, i + 1, i + 3));
                i += 2;
            } else if (c == '_' || (c < 0x80 && isPlain((byte) c))) {
                out.write(c);
            } else {
                throw new IllegalArgumentException("'%s' is not a name as keys spell it".formatted(encoded));
            }
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static boolean isPlain(byte b) {
        return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') || b == '-';
    }
}
