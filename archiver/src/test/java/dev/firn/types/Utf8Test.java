package dev.firn.types;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {

    @ParameterizedTest
    @ValueSource(ints = {0, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x1_0000, 0x10_ffff})
    void acceptsTheEdgesOfEveryLength(int codePoint) {
        for (int before = 0; before < 20; before++) {
            byte[] bytes = ("x".repeat(before) + Character.toString(codePoint) + "y").getBytes(StandardCharsets.UTF_8);

            assertThat(Utf8.isValid(bytes, 0, bytes.length)).isTrue();
        }
    }

    @Test
    void agreesWithJavasDecoderOnBytesOfAllKinds() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = new byte[1 + random.nextInt(12)];
            for (int at = 0; at < bytes.length; at++) {
                int kind = random.nextInt(4);
                int value = random.nextInt(256);
                bytes[at] = (byte)
                        (kind == 0
                                ? 'a'
                                : kind == 1 ? 0x80 | (value & 0x3f) : kind == 2 ? 0xe0 | (value & 0x1f) : value);
            }
            int from = random.nextInt(bytes.length);

            assertThat(Utf8.isValid(bytes, from, bytes.length - from))
                    .as("seed %d, round %d", seed, i)
                    .isEqualTo(decodes(bytes, from));
        }
    }

    private static boolean decodes(byte[] bytes, int from) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, bytes.length - from));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
