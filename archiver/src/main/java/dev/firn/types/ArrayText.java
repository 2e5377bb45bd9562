package dev.firn.types;

/** Arrays of any number of dimensions as PostgreSQL prints them: {@code {1,NULL,"a b"}}, {@code [0:1]={{1},{2}}}. */
final class ArrayText {

    private static final int MAX_DIMENSIONS = 6;

    private final Leaf element;

    ArrayText(Leaf element) {
        this.element = element;
    }

    /** Answers null for an array, or with an element, that has no text. */
    String show(byte[] bytes, int offset, int length) {
        if (length == ArrayWire.HEADER_BYTES && ArrayWire.isEmpty(bytes, offset)) {
            return "{}";
        }
        if (length < ArrayWire.VECTOR_HEADER_BYTES) {
            return null;
        }
        int dimensions = ArrayWire.dimensions(bytes, offset);
        if (dimensions < 1
                || dimensions > MAX_DIMENSIONS
                || length < ArrayWire.HEADER_BYTES + dimensions * ArrayWire.DIMENSION_BYTES) {
            return null;
        }
        int[] sizes = new int[dimensions];
        StringBuilder bounds = new StringBuilder();
        boolean startsAtOne = true;
        int at = offset + ArrayWire.HEADER_BYTES;
        for (int i = 0; i < dimensions; i++, at += ArrayWire.DIMENSION_BYTES) {
            sizes[i] = BigEndian.getInt(bytes, at);
            int lower = BigEndian.getInt(bytes, at + Integer.BYTES);
            if (sizes[i] < 1) {
                return null;
            }
            startsAtOne &= lower == 1;
            bounds.append('[')
                    .append(lower)
                    .append(':')
                    .append(lower + sizes[i] - 1)
                    .append(']');
        }
        StringBuilder text = new StringBuilder(startsAtOne ? "" : bounds + "=");
        int end = new Shower(bytes, offset + length, sizes, text).show(0, at);
        return end == offset + length ? text.toString() : null;
    }

    void parse(String text, RowBatch out) {
        new ArrayTextParser(text, element, out).parse();
    }

    /** Prints the elements of one array, dimension within dimension. */
    private final class Shower {

        private static final int UNSHOWN = -1;

        private final byte[] bytes;
        private final int end;
        private final int[] sizes;
        private final StringBuilder text;

        Shower(byte[] bytes, int end, int[] sizes, StringBuilder text) {
            this.bytes = bytes;
            this.end = end;
            this.sizes = sizes;
            this.text = text;
        }

        int show(int dimension, int from) {
            int at = from;
            text.append('{');
            for (int i = 0; i < sizes[dimension] && at != UNSHOWN; i++) {
                if (i > 0) {
                    text.append(',');
                }
                at = dimension == sizes.length - 1 ? showElement(at) : show(dimension + 1, at);
            }
            text.append('}');
            return at;
        }

        private int showElement(int at) {
            if (end - at < Integer.BYTES) {
                return UNSHOWN;
            }
            int size = BigEndian.getInt(bytes, at);
            int start = at + Integer.BYTES;
            if (size == ArrayWire.NULL) {
                text.append("NULL");
                return start;
            }
            String shown = size < 0 || size > end - start ? null : element.text(bytes, start, size);
            if (shown == null) {
                return UNSHOWN;
            }
            if (needsQuotes(shown)) {
                text.append('"');
                text.append(shown.replace("\\", "\\\\").replace("\"", "\\\""));
                text.append('"');
            } else {
                text.append(shown);
            }
            return start + size;
        }

        private static boolean needsQuotes(String shown) {
            if (shown.isEmpty() || shown.equalsIgnoreCase("NULL")) {
                return true;
            }
            for (int i = 0; i < shown.length(); i++) {
                if ("{}\",\\ \t\n\r\u000b\f".indexOf(shown.charAt(i)) >= 0) {
                    return true;
                }
            }
            return false;
        }
    }
}
