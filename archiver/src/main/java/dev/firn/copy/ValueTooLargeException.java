package dev.firn.copy;

import dev.firn.FirnException;

/** A value is larger than the memory that was configured for one; says which, so that whoever catches it can name it. */
public final class ValueTooLargeException extends FirnException {

    private static final long serialVersionUID = 1;

    private final int columnIndex;
    private final long row;
    private final long valueBytes;

    ValueTooLargeException(int columnIndex, long row, long valueBytes, long maxValueBytes) {
        super(
                Category.REFUSED,
                "row %d, column %d of the copy".formatted(row, columnIndex + 1),
                "copying a value of %d bytes, more than max-value-size allows (%d); nothing was archived or dropped"
                        .formatted(valueBytes, maxValueBytes),
                "raise max-value-size, and the heap with it, or shrink the value");
        this.columnIndex = columnIndex;
        this.row = row;
        this.valueBytes = valueBytes;
    }

    /** Its place in the select list, from 0. */
    public int columnIndex() {
        return columnIndex;
    }

    /** Its row's number in the stream, from 1. */
    public long row() {
        return row;
    }

    public long valueBytes() {
        return valueBytes;
    }
}
