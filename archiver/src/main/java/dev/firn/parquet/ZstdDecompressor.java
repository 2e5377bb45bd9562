package dev.firn.parquet;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.parquet.bytes.ByteBufferAllocator;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputDecompressor;

/**
 * Decompresses the pages of one column chunk. The first page may be the dictionary and keeps its memory; the others take
 * turns in two pieces, so that a value of the page before is still whole while the next page is opened.
 */
final class ZstdDecompressor implements BytesInputDecompressor {

    private static final ByteBufferAllocator HEAP = new HeapByteBufferAllocator();

    private final ZstdDecompressCtx zstd = new ZstdDecompressCtx();
    private byte[] next = new byte[0];
    private byte[] last = new byte[0];
    private boolean first = true;

    @Override
    public BytesInput decompress(BytesInput bytes, int plainSize) throws IOException {
        ByteBuffer packed = bytes.toByteBuffer(HEAP, buffer -> {});
        int offset = packed.arrayOffset() + packed.position();
        int length = packed.remaining();
        // Before memory is taken for it: the page's header is protected by nothing, its content by a checksum.
        long claimed = Zstd.getFrameContentSize(packed.array(), offset, length);
        if (claimed != plainSize) {
            throw new IOException("a page of %d bytes claims to hold %d".formatted(claimed, plainSize));
        }
        byte[] plain = memory(plainSize);
        int written = zstd.decompressByteArray(plain, 0, plainSize, packed.array(), offset, length);
        if (written != plainSize) {
            throw new IOException("a page of %d bytes decompressed to %d".formatted(plainSize, written));
        }
        return BytesInput.from(plain, 0, plainSize);
    }

    private byte[] memory(int size) {
        if (first || size > ZstdCompressor.ORDINARY_PAGE_BYTES) {
            first = false;
            return new byte[size];
        }
        byte[] memory = next.length >= size ? next : new byte[size];
        next = last;
        last = memory;
        return memory;
    }

    /** Between heap buffers only, which is what {@link #decompress(BytesInput, int)} is given. */
    @Override
    public void decompress(ByteBuffer input, int compressedSize, ByteBuffer output, int plainSize) {
        throw new UnsupportedOperationException("pages are read on the heap");
    }

    @Override
    public void release() {
        zstd.close();
        next = new byte[0];
        last = new byte[0];
    }
}
