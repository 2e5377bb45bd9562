package dev.firn.parquet;

import dev.firn.store.Upload;
import java.io.IOException;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/** An upload as parquet-java writes to it. Closing the stream ends the file, and neither commits nor discards the upload. */
final class UploadFile implements OutputFile {

    private static final int BUFFER_BYTES = 1 << 16;

    private final Upload upload;

    UploadFile(Upload upload) {
        this.upload = upload;
    }

    @Override
    public PositionOutputStream create(long blockSizeHint) {
        return new Stream(upload);
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSizeHint) {
        return create(blockSizeHint);
    }

    @Override
    public boolean supportsBlockSize() {
        return false;
    }

    @Override
    public long defaultBlockSize() {
        return 0;
    }

    /** Gathers the footer's single bytes. */
    private static final class Stream extends PositionOutputStream {

        private final Upload upload;
        private final byte[] buffer = new byte[BUFFER_BYTES];
        private int used;

        Stream(Upload upload) {
            this.upload = upload;
        }

        @Override
        public long getPos() {
            return upload.position() + used;
        }

        @Override
        public void write(int value) throws IOException {
            if (used == buffer.length) {
                pass();
            }
            buffer[used++] = (byte) value;
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            if (length > buffer.length - used) {
                pass();
            }
            if (length >= buffer.length) {
                upload.write(from, offset, length);
            } else {
                System.arraycopy(from, offset, buffer, used, length);
                used += length;
            }
        }

        @Override
        public void flush() throws IOException {
            pass();
        }

        @Override
        public void close() throws IOException {
            pass();
        }

        private void pass() throws IOException {
            if (used > 0) {
                upload.write(buffer, 0, used);
                used = 0;
            }
        }
    }
}
