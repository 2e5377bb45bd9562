package dev.firn.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputDecompressor;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ZstdCodecsTest {

    private final ZstdCodecs codecs = new ZstdCodecs(3);
    private final BytesInputCompressor compressor = codecs.getCompressor(CompressionCodecName.ZSTD);
    private final BytesInputDecompressor decompressor = codecs.getDecompressor(CompressionCodecName.ZSTD);

    @AfterEach
    void release() {
        codecs.close();
    }

    @Test
    void bringsPagesOfEverySizeBack() throws IOException {
        for (int size : new int[] {
            0, 1, 1000, ZstdCompressor.ORDINARY_PAGE_BYTES, ZstdCompressor.ORDINARY_PAGE_BYTES + 1, 12_345_678, 5
        }) {
            for (boolean noise : new boolean[] {true, false}) {
                byte[] page = page(size, noise);
                byte[] packed = bytes(compressor.compress(inPieces(page)));

                assertThat(Zstd.getFrameContentSize(packed))
                        .as("size in the frame")
                        .isEqualTo(size);
                assertThat(bytes(decompressor.decompress(BytesInput.from(packed), size)))
                        .isEqualTo(page);
            }
        }
    }

    @Test
    void leavesAPageWholeWhileTheNextIsOpened() throws IOException {
        byte[][] pages = new byte[4][];
        BytesInput[] opened = new BytesInput[4];
        for (int i = 0; i < pages.length; i++) {
            pages[i] = page(5000, true);
            byte[] packed = bytes(compressor.compress(BytesInput.from(pages[i])));
            opened[i] = decompressor.decompress(BytesInput.from(packed), 5000);
            if (i > 0) {
                assertThat(bytes(opened[i - 1])).isEqualTo(pages[i - 1]);
            }
        }
        assertThat(bytes(opened[0])).as("it may be the dictionary").isEqualTo(pages[0]);
    }

    @Test
    void takesNoMemoryForAPageThatOnlyClaimsToBeLarge() throws IOException {
        byte[] packed = bytes(compressor.compress(BytesInput.from(page(100, true))));

        assertThatThrownBy(() -> decompressor.decompress(BytesInput.from(packed), Integer.MAX_VALUE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("a page of 100 bytes claims to hold 2147483647");
    }

    @Test
    void readsNoOtherCompression() {
        assertThatThrownBy(() -> codecs.getDecompressor(CompressionCodecName.SNAPPY))
                .hasMessageContaining("pages are compressed by SNAPPY");
    }

    private static byte[] bytes(BytesInput input) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        input.writeAllTo(bytes);
        return bytes.toByteArray();
    }

    private static BytesInput inPieces(byte[] page) {
        int middle = page.length / 3;
        return BytesInput.concat(BytesInput.from(page, 0, middle), BytesInput.from(page, middle, page.length - middle));
    }

    private static byte[] page(int size, boolean noise) {
        byte[] page = new byte[size];
        if (noise) {
            new Random().nextBytes(page);
        } else {
            Arrays.fill(page, (byte) 'x');
        }
        return page;
    }
}
