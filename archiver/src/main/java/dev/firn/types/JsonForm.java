package dev.firn.types;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * Values of one type as JSON, on one line: numbers and booleans as such, {@code json} as it is, one-dimensional arrays as
 * arrays, and everything else, numbers that JSON does not have included, as the string that PostgreSQL prints.
 */
public final class JsonForm {

    private static final Set<String> NUMBERS = Set.of("int2", "int4", "int8", "oid", "float4", "float8", "numeric");
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?");

    private final ColumnCodec codec;
    private final JsonForm element;
    private final Kind kind;

    private enum Kind {
        NUMBER,
        BOOLEAN,
        JSON,
        ARRAY,
        STRING
    }

    private JsonForm(ColumnCodec codec, Kind kind, JsonForm element) {
        this.codec = codec;
        this.kind = kind;
        this.element = element;
    }

    public static JsonForm of(PgType type) {
        PgType base = type;
        while (base.kind() == PgType.Kind.DOMAIN) {
            base = base.inner();
        }
        ColumnCodec codec = Codecs.of(type);
        boolean array = base.kind() == PgType.Kind.ARRAY && codec instanceof ListCodec;
        return new JsonForm(codec, array ? Kind.ARRAY : kindOf(base), array ? of(base.inner()) : null);
    }

    private static Kind kindOf(PgType base) {
        if (base.isBuiltIn("bool")) {
            return Kind.BOOLEAN;
        }
        if (base.isBuiltIn("json") || base.isBuiltIn("jsonb")) {
            return Kind.JSON;
        }
        return NUMBERS.stream().anyMatch(base::isBuiltIn) ? Kind.NUMBER : Kind.STRING;
    }

    /** Answers false, having appended nothing, for bytes that have no text. */
    public boolean append(byte[] bytes, int offset, int length, StringBuilder out) {
        if (kind == Kind.ARRAY && isVector(bytes, offset, length)) {
            return appendArray(bytes, offset, length, out);
        }
        String text = codec.show(bytes, offset, length);
        if (text == null) {
            return false;
        }
        switch (kind) {
            case NUMBER -> appendNumber(text, out);
            case BOOLEAN -> out.append(text.equals("t") || text.equals("true"));
            case JSON -> out.append(text.replace('\n', ' ').replace('\r', ' '));
            default -> quote(text, out);
        }
        return true;
    }

    private static boolean isVector(byte[] bytes, int offset, int length) {
        return length == ArrayWire.HEADER_BYTES
                || (length > ArrayWire.VECTOR_HEADER_BYTES && ArrayWire.isVector(bytes, offset));
    }

    private boolean appendArray(byte[] bytes, int offset, int length, StringBuilder out) {
        int before = out.length();
        out.append('[');
        int at = offset + ArrayWire.VECTOR_HEADER_BYTES;
        while (at < offset + length) {
            int size = BigEndian.getInt(bytes, at);
            at += Integer.BYTES;
            out.append(out.length() == before + 1 ? "" : ",");
            if (size == ArrayWire.NULL) {
                out.append("null");
            } else if (!element.append(bytes, at, size, out)) {
                out.setLength(before);
                return false;
            }
            at += Math.max(size, 0);
        }
        out.append(']');
        return true;
    }

    private static void appendNumber(String text, StringBuilder out) {
        if (NUMBER.matcher(text).matches()) {
            out.append(text);
        } else {
            quote(text, out);
        }
    }

    /** Appends a JSON string. */
    public static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ') {
                        out.append("\\u%04x".formatted((int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
