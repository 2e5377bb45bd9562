package dev.firn.copy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Murmur3Test {

    /** Vectors of the reference implementation, x64, 128 bits, seed 0. */
    @ParameterizedTest
    @CsvSource({
        "'', 00000000000000000000000000000000",
        "hello, 029bbd41b3a7d8cb191dae486a901e5b",
        "'The quick brown fox jumps over the lazy dog', 6c1b07bc7bbc4be347939ac4a93c437a"
    })
    void mixesAsTheReferenceDoes(String text, String expected) {
        assertThat(HexFormat.of().formatHex(hash(text.getBytes(StandardCharsets.US_ASCII))))
                .isEqualTo(expected);
    }

    /** The whole published function around the mixing under test. */
    private static byte[] hash(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long h1 = 0;
        long h2 = 0;
        while (in.remaining() >= 16) {
            h1 = Murmur3.mixFirst(h1, h2, in.getLong());
            h2 = Murmur3.mixSecond(h1, h2, in.getLong());
        }
        byte[] tail = new byte[16];
        int left = in.remaining();
        in.get(tail, 0, left);
        ByteBuffer rest = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN);
        if (left > 0) {
            h1 ^= Long.rotateLeft(rest.getLong() * 0x87c37b91114253d5L, 31) * 0x4cf5ad432745937fL;
        }
        if (left > 8) {
            h2 ^= Long.rotateLeft(rest.getLong() * 0x4cf5ad432745937fL, 33) * 0x87c37b91114253d5L;
        }
        h1 ^= bytes.length;
        h2 ^= bytes.length;
        h1 += h2;
        h2 += h1;
        h1 = Murmur3.finish(h1);
        h2 = Murmur3.finish(h2);
        h1 += h2;
        h2 += h1;
        return ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(h1)
                .putLong(h2)
                .array();
    }
}
