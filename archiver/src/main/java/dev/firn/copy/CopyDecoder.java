package dev.firn.copy;

import dev.firn.types.BigEndian;
import dev.firn.types.ColumnCodec;
import dev.firn.types.RowBatch;
import java.util.List;

/**
 * Takes a COPY BINARY stream apart into batches of normalised fields. The stream may be cut into pieces anywhere.
 *
 * <p>For each piece: {@link #feed} it, then {@link #decode} until that answers false, emptying or replacing the batch
 * each time it answers true. A batch that was not full may hold a part of a row, so the next piece goes into the same
 * one. After the last piece: {@link #finish}.
 */
public final class CopyDecoder {

    private enum State {
        HEADER,
        ROW,
        LENGTH,
        BYTES,
        ENDED
    }

    private final ColumnCodec[] codecs;
    private final long maxValueBytes;
    private final byte[] header = CopyFormat.header();

    private State state = State.HEADER;
    private byte[] piece = {};
    private int at;
    private int headerBytes;
    private int number;
    private int numberBytes;
    private int column;
    private int missing;
    private long rows;

    /** @param maxValueBytes a longer value is refused before memory is taken for it */
    public CopyDecoder(List<ColumnCodec> codecs, long maxValueBytes) {
        if (codecs.isEmpty() || maxValueBytes <= 0) {
            throw new IllegalArgumentException(
                    "%d columns, values of up to %d bytes".formatted(codecs.size(), maxValueBytes));
        }
        this.codecs = codecs.toArray(ColumnCodec[]::new);
        this.maxValueBytes = maxValueBytes;
    }

    /** Hands over the next piece, which is not copied: it must not change before it is used up. */
    public void feed(byte[] next) {
        if (at != piece.length) {
            throw new IllegalStateException("%d bytes of the last piece are left".formatted(piece.length - at));
        }
        piece = next;
        at = 0;
    }

    /**
     * Appends rows. Answers true when the batch is full, false when the piece is used up.
     *
     * @throws ValueTooLargeException for a value that is too long
     * @throws dev.firn.FirnException when it is no COPY BINARY stream of these columns
     */
    public boolean decode(RowBatch into) {
        while (true) {
            switch (state) {
                case HEADER -> {
                    if (!header()) {
                        return false;
                    }
                }
                case ROW -> {
                    if (into.full()) {
                        return true;
                    }
                    if (!row()) {
                        return false;
                    }
                }
                case LENGTH -> {
                    if (!length(into)) {
                        return false;
                    }
                }
                case BYTES -> {
                    if (!bytes(into)) {
                        return false;
                    }
                }
                case ENDED -> {
                    if (at < piece.length) {
                        throw CopyFormat.broken(rows, "%d bytes follow its end".formatted(piece.length - at));
                    }
                    return false;
                }
            }
        }
    }

    /** Checks that the stream came to its proper end, and answers how many rows it had. */
    public long finish() {
        if (state != State.ENDED || at < piece.length) {
            throw CopyFormat.broken(rows, "it ended without its trailer");
        }
        return rows;
    }

    /** Rows decoded so far. */
    public long rows() {
        return rows;
    }

    private boolean header() {
        while (headerBytes < header.length) {
            if (at == piece.length) {
                return false;
            }
            if (piece[at] != header[headerBytes]) {
                throw CopyFormat.broken(0, "byte %d of its header is %d".formatted(headerBytes, piece[at]));
            }
            at++;
            headerBytes++;
        }
        state = State.ROW;
        return true;
    }

    private boolean row() {
        if (!number(Short.BYTES)) {
            return false;
        }
        if (number == CopyFormat.TRAILER) {
            state = State.ENDED;
            return true;
        }
        if (number != codecs.length) {
            throw CopyFormat.broken(rows, "a row has %d fields instead of %d".formatted(number, codecs.length));
        }
        column = 0;
        state = State.LENGTH;
        return true;
    }

    private boolean length(RowBatch into) {
        if (!number(Integer.BYTES)) {
            return false;
        }
        if (number == CopyFormat.NULL) {
            into.nullField();
            next(into);
            return true;
        }
        if (number < 0) {
            throw CopyFormat.broken(rows, "column %d has length %d".formatted(column + 1, number));
        }
        if (number > maxValueBytes) {
            throw new ValueTooLargeException(column, rows + 1, number, maxValueBytes);
        }
        missing = number;
        into.beginField();
        state = State.BYTES;
        return true;
    }

    private boolean bytes(RowBatch into) {
        int here = Math.min(missing, piece.length - at);
        into.append(piece, at, here);
        at += here;
        missing -= here;
        if (missing > 0) {
            return false;
        }
        codecs[column].normalise(into.bytes(), into.fieldStart(), into.fieldLength());
        into.endField();
        next(into);
        return true;
    }

    private void next(RowBatch into) {
        column++;
        state = State.LENGTH;
        if (column == codecs.length) {
            into.endRow();
            rows++;
            state = State.ROW;
        }
    }

    /** Reads a number of two or four bytes, which may lie in two pieces; answers false when this one ends before it. */
    private boolean number(int size) {
        if (numberBytes == 0 && piece.length - at >= size) {
            number = size == Integer.BYTES ? BigEndian.getInt(piece, at) : BigEndian.getShort(piece, at);
            at += size;
            return true;
        }
        while (at < piece.length && numberBytes < size) {
            // The sign comes with the first byte, the others push it up.
            number = numberBytes == 0 ? piece[at] : (number << Byte.SIZE) | (piece[at] & 0xff);
            at++;
            numberBytes++;
        }
        if (numberBytes < size) {
            return false;
        }
        numberBytes = 0;
        return true;
    }
}
