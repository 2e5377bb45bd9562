package dev.firn.parquet;

import java.io.EOFException;
import java.nio.ByteBuffer;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/** An object in the store as parquet-java reads it. */
final class StoredFile implements InputFile {

    private final FileBytes bytes;
    private final String name;

    StoredFile(FileBytes bytes, String name) {
        this.bytes = bytes;
        this.name = name;
    }

    @Override
    public long getLength() {
        return bytes.size();
    }

    @Override
    public SeekableInputStream newStream() {
        return new Stream(bytes);
    }

    @Override
    public String toString() {
        return name;
    }

    private static final class Stream extends SeekableInputStream {

        private final FileBytes bytes;
        private long position;

        Stream(FileBytes bytes) {
            this.bytes = bytes;
        }

        @Override
        public long getPos() {
            return position;
        }

        @Override
        public void seek(long newPosition) {
            position = newPosition;
        }

        @Override
        public int read() {
            if (position >= bytes.size()) {
                return -1;
            }
            byte[] one = new byte[1];
            bytes.read(position++, one, 0, 1);
            return one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (length == 0) {
                return 0;
            }
            int now = (int) Math.min(length, bytes.size() - position);
            if (now <= 0) {
                return -1;
            }
            bytes.read(position, into, offset, now);
            position += now;
            return now;
        }

        @Override
        public void readFully(byte[] into) throws EOFException {
            readFully(into, 0, into.length);
        }

        @Override
        public void readFully(byte[] into, int offset, int length) throws EOFException {
            if (position < 0 || position + length > bytes.size()) {
                throw new EOFException("%d bytes at %d of %d".formatted(length, position, bytes.size()));
            }
            bytes.read(position, into, offset, length);
            position += length;
        }

        @Override
        public int read(ByteBuffer into) {
            int now = read(into.array(), into.arrayOffset() + into.position(), into.remaining());
            if (now > 0) {
                into.position(into.position() + now);
            }
            return now;
        }

        @Override
        public void readFully(ByteBuffer into) throws EOFException {
            int length = into.remaining();
            readFully(into.array(), into.arrayOffset() + into.position(), length);
            into.position(into.position() + length);
        }
    }
}
