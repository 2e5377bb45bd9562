package dev.firn.parquet;

import com.github.luben.zstd.ZstdCompressCtx;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * ZSTD for pages, on zstd-jni itself: parquet-java's own factory needs a Hadoop Configuration and with it half of Hadoop.
 * For one thread.
 */
final class ZstdCodecs implements CompressionCodecFactory, AutoCloseable {

    private final ZstdCompressCtx compression = new ZstdCompressCtx();
    private final ZstdCompressor compressor;
    private final List<ZstdDecompressor> decompressors = new ArrayList<>();

    ZstdCodecs(int level) {
        compression.setLevel(level).setContentSize(true);
        compressor = new ZstdCompressor(compression);
    }

    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
        check(codec);
        return compressor;
    }

    /** A new one for each column chunk, since it keeps memory for the pages of it. */
    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
        check(codec);
        ZstdDecompressor decompressor = new ZstdDecompressor();
        decompressors.add(decompressor);
        return decompressor;
    }

    /** Gives back the memory of all decompressors handed out so far. */
    void releaseDecompressors() {
        decompressors.forEach(ZstdDecompressor::release);
        decompressors.clear();
    }

    @Override
    public void release() {
        close();
    }

    @Override
    public void close() {
        releaseDecompressors();
        compression.close();
    }

    private static void check(CompressionCodecName codec) {
        if (codec != CompressionCodecName.ZSTD) {
            throw new IllegalArgumentException("pages are compressed by %s; Firn writes ZSTD alone".formatted(codec));
        }
    }
}
