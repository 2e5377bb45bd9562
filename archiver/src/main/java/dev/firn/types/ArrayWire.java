package dev.firn.types;

/**
 * Where things lie in an array on the wire: dimensions, whether it may hold NULLs, the OID of the element type (0 once
 * normalised), size and lower bound of each dimension, then each element behind its length.
 */
final class ArrayWire {

    static final int ELEMENT_OID = 8;
    static final int HEADER_BYTES = 12;
    static final int DIMENSION_BYTES = 8;
    static final int VECTOR_HEADER_BYTES = HEADER_BYTES + DIMENSION_BYTES;
    /** Length of a NULL element. */
    static final int NULL = -1;

    private static final int FLAGS = 4;
    private static final int VECTOR_SIZE = 12;
    private static final int VECTOR_LOWER_BOUND = 16;

    private ArrayWire() {}

    static int dimensions(byte[] bytes, int offset) {
        return BigEndian.getInt(bytes, offset);
    }

    /** Whether a normalised header is that of the array without elements. */
    static boolean isEmpty(byte[] bytes, int offset) {
        return dimensions(bytes, offset) == 0
                && BigEndian.getInt(bytes, offset + FLAGS) == 0
                && BigEndian.getInt(bytes, offset + ELEMENT_OID) == 0;
    }

    /** Whether a normalised header is that of one dimension that starts at 1. */
    static boolean isVector(byte[] bytes, int offset) {
        int flags = BigEndian.getInt(bytes, offset + FLAGS);
        return dimensions(bytes, offset) == 1
                && (flags == 0 || flags == 1)
                && BigEndian.getInt(bytes, offset + ELEMENT_OID) == 0
                && BigEndian.getInt(bytes, offset + VECTOR_LOWER_BOUND) == 1;
    }

    static int vectorSize(byte[] bytes, int offset) {
        return BigEndian.getInt(bytes, offset + VECTOR_SIZE);
    }

    /**
     * Clears the flag if there is no NULL: it stays set when the last NULL of an array is overwritten, says "may" and not
     * "does", and a server that reads the array anew clears it too.
     */
    static void normaliseHasNull(byte[] bytes, int offset, int length) {
        if (length <= VECTOR_HEADER_BYTES || !saysHasNull(bytes, offset)) {
            return;
        }
        int end = offset + length;
        long at = offset + HEADER_BYTES + (long) DIMENSION_BYTES * dimensions(bytes, offset);
        while (at > offset && at <= end - Integer.BYTES) {
            int size = BigEndian.getInt(bytes, (int) at);
            if (size < 0) {
                return;
            }
            at += Integer.BYTES + (long) size;
        }
        if (at == end) {
            BigEndian.putInt(bytes, offset + FLAGS, 0);
        }
    }

    static boolean saysHasNull(byte[] bytes, int offset) {
        return BigEndian.getInt(bytes, offset + FLAGS) == 1;
    }

    static void appendEmpty(RowBatch out) {
        appendHeader(out, 0);
    }

    static void appendHeader(RowBatch out, int dimensions) {
        out.appendInt(dimensions);
        out.appendInt(0);
        out.appendInt(0);
    }

    static void appendVectorHeader(RowBatch out) {
        appendHeader(out, 1);
        out.appendInt(0);
        out.appendInt(1);
    }

    /** Fills in what is known only once all elements were appended. */
    static void completeVectorHeader(RowBatch out, int elements, boolean hasNull) {
        setHasNull(out, hasNull);
        BigEndian.putInt(out.bytes(), out.fieldStart() + VECTOR_SIZE, elements);
    }

    static void setHasNull(RowBatch out, boolean hasNull) {
        BigEndian.putInt(out.bytes(), out.fieldStart() + FLAGS, hasNull ? 1 : 0);
    }

    /** Leaves room for the length of an element, and answers the place in the field that {@link #endElement} wants. */
    static int beginElement(RowBatch out) {
        int place = out.fieldLength();
        out.appendInt(0);
        return place;
    }

    static void endElement(RowBatch out, int place) {
        BigEndian.putInt(out.bytes(), out.fieldStart() + place, out.fieldLength() - place - Integer.BYTES);
    }
}
