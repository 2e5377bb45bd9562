package dev.firn.parquet;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** Compresses pages one after the other. What it answers is valid until the next page. */
final class ZstdCompressor implements BytesInputCompressor {

    /** Pages beyond this size hold single large values: rare enough to give their memory back. */
    static final int ORDINARY_PAGE_BYTES = 4 << 20;

    private static final int PIECE_BYTES = 1 << 17;

    private final ZstdCompressCtx zstd;
    private byte[] plain = new byte[0];
    private byte[] packed = new byte[0];
    private ByteBuffer pieceIn;
    private ByteBuffer pieceOut;

    ZstdCompressor(ZstdCompressCtx zstd) {
        this.zstd = zstd;
    }

    @Override
    public BytesInput compress(BytesInput page) throws IOException {
        int size = Math.toIntExact(page.size());
        int bound = Math.toIntExact(Zstd.compressBound(size));
        if (size > ORDINARY_PAGE_BYTES) {
            return inPieces(page, size, new byte[bound]);
        }
        if (plain.length < size) {
            plain = new byte[size];
        }
        if (packed.length < bound) {
            packed = new byte[bound];
        }
        page.writeAllTo(new ArrayStream(plain));
        return BytesInput.from(packed, 0, zstd.compressByteArray(packed, 0, bound, plain, 0, size));
    }

    /** Spares a second copy of a large page: it lies in memory once plain and once compressed. */
    private BytesInput inPieces(BytesInput page, int size, byte[] into) throws IOException {
        if (pieceIn == null) {
            pieceIn = ByteBuffer.allocateDirect(PIECE_BYTES);
            pieceOut = ByteBuffer.allocateDirect(PIECE_BYTES);
        }
        zstd.reset();
        zstd.setPledgedSrcSize(size);
        PieceStream pieces = new PieceStream(into);
        page.writeAllTo(pieces);
        pieces.finish();
        return BytesInput.from(into, 0, pieces.written);
    }

    @Override
    public CompressionCodecName getCodecName() {
        return CompressionCodecName.ZSTD;
    }

    @Override
    public void release() {
        plain = new byte[0];
        packed = new byte[0];
    }

    private static final class ArrayStream extends OutputStream {

        private final byte[] into;
        private int used;

        ArrayStream(byte[] into) {
            this.into = into;
        }

        @Override
        public void write(int value) {
            into[used++] = (byte) value;
        }

        @Override
        public void write(byte[] from, int offset, int length) {
            System.arraycopy(from, offset, into, used, length);
            used += length;
        }
    }

    private final class PieceStream extends OutputStream {

        private final byte[] into;
        private int written;

        PieceStream(byte[] into) {
            this.into = into;
            pieceIn.clear();
        }

        @Override
        public void write(int value) {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) {
            int at = offset;
            while (at < offset + length) {
                int now = Math.min(pieceIn.remaining(), offset + length - at);
                pieceIn.put(from, at, now);
                at += now;
                if (!pieceIn.hasRemaining()) {
                    push(EndDirective.CONTINUE);
                }
            }
        }

        void finish() {
            push(EndDirective.END);
        }

        private void push(EndDirective directive) {
            pieceIn.flip();
            boolean done;
            do {
                pieceOut.clear();
                done = zstd.compressDirectByteBufferStream(pieceOut, pieceIn, directive);
                pieceOut.flip();
                int produced = pieceOut.remaining();
                pieceOut.get(into, written, produced);
                written += produced;
            } while (directive == EndDirective.END ? !done : pieceIn.hasRemaining());
            pieceIn.clear();
        }
    }
}
