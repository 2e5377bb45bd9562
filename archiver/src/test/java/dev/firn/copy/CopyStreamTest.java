package dev.firn.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.firn.FirnException;
import dev.firn.types.Codecs;
import dev.firn.types.ColumnCodec;
import dev.firn.types.PgTypes;
import dev.firn.types.RandomValues;
import dev.firn.types.RowBatch;
import dev.firn.types.Wire;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CopyStreamTest {

    private static final int ELEMENT_OID = 4711;
    private static final List<ColumnCodec> CODECS = List.of(
            Codecs.of(PgTypes.builtIn("int8")),
            Codecs.of(PgTypes.builtIn("text")),
            Codecs.of(PgTypes.arrayOf(PgTypes.builtIn("text"))));
    private static final String HEADER = "5047434f50590aff0d0a000000000000000000";

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 17, 64, 1_000, Integer.MAX_VALUE})
    void aStreamCutAnywhereGivesTheSameRowsAndIsPutTogetherTheSame(int pieceBytes) throws Exception {
        byte[] stream = stream(rows(200));
        CopyDecoder decoder = new CopyDecoder(CODECS, 1_000);
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        CopyEncoder encoder = new CopyEncoder(CODECS, new int[] {0, 0, ELEMENT_OID}, copy::write);
        encoder.begin();
        RowBatch batch = new RowBatch(3, 7, 1 << 16);

        for (byte[] piece : cut(stream, pieceBytes)) {
            decoder.feed(piece);
            while (decoder.decode(batch)) {
                encoder.write(batch);
                batch.clear();
            }
        }
        encoder.write(batch);

        assertThat(decoder.finish()).isEqualTo(200);
        assertThat(encoder.end()).isEqualTo(200);
        assertThat(copy.toByteArray()).isEqualTo(stream);
    }

    @Test
    void anArrayArrivesWithoutTheOidOfItsElements() throws Exception {
        byte[] array = Wire.vector(ELEMENT_OID, List.of(Wire.text("x")));
        RowBatch batch = new RowBatch(3, 1, 1 << 10);
        CopyDecoder decoder = new CopyDecoder(CODECS, 1_000);

        decoder.feed(stream(List.of(Arrays.asList(null, null, array))));
        decoder.decode(batch);

        assertThat(Batches.rows(batch).get(0).get(2)).isEqualTo(Wire.vector(0, List.of(Wire.text("x"))));
    }

    @Test
    void onlyTheFieldsThatATableTakesAreWrittenToIt() throws Exception {
        byte[] array = Wire.vector(0, List.of(Wire.text("x")));
        RowBatch batch = new RowBatch(3, 1, 1 << 10);
        Batches.add(batch, new byte[] {0, 0, 0, 0, 0, 0, 0, 7});
        Batches.add(batch, Wire.text("computed"));
        Batches.add(batch, array);
        batch.endRow();
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        CopyEncoder encoder = new CopyEncoder(CODECS, new int[] {ELEMENT_OID, 0}, new int[] {2, 0}, copy::write);
        encoder.begin();
        encoder.write(batch);
        assertThat(encoder.end()).isEqualTo(1);

        RowBatch back = new RowBatch(2, 1, 1 << 10);
        CopyDecoder decoder = new CopyDecoder(List.of(CODECS.get(2), CODECS.get(0)), 1_000);
        decoder.feed(copy.toByteArray());
        decoder.decode(back);
        assertThat(Batches.rows(back).get(0)).containsExactly(array, new byte[] {0, 0, 0, 0, 0, 0, 0, 7});
        assertThat(HexFormat.of().formatHex(copy.toByteArray()))
                .contains(HexFormat.of().toHexDigits(ELEMENT_OID));
        assertThatThrownBy(() -> new CopyEncoder(CODECS, new int[] {0}, new int[] {2, 0}, copy::write))
                .hasMessageContaining("2 columns, 1 element types");
    }

    @Test
    void aBatchIsFullByBytesToo() throws Exception {
        List<List<byte[]>> rows = rows(10);
        RowBatch batch = new RowBatch(3, 100, 1);
        CopyDecoder decoder = new CopyDecoder(CODECS, 1_000);
        decoder.feed(stream(rows));

        int batches = 0;
        while (decoder.decode(batch)) {
            batches++;
            batch.clear();
        }

        assertThat(batches).isGreaterThan(5);
        assertThat(decoder.finish()).isEqualTo(10);
    }

    @Test
    void everyTruncatedStreamIsAnError() throws Exception {
        byte[] stream = stream(rows(3));
        for (int length = 0; length < stream.length; length++) {
            CopyDecoder decoder = new CopyDecoder(CODECS, 1_000);
            decoder.feed(Arrays.copyOf(stream, length));
            decoder.decode(new RowBatch(3, 10, 1 << 16));

            assertThatThrownBy(decoder::finish)
                    .as("%d of %d bytes", length, stream.length)
                    .isInstanceOf(FirnException.class)
                    .hasMessageContaining("it ended without its trailer; nothing of it counts as copied");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5047434f50590aff0d0b,byte 9 of its header is 11",
                "5047434f50590aff0d0a0000010000,byte 12 of its header is 1",
                HEADER + "0002,a row has 2 fields instead of 3",
                HEADER + "fffe,a row has -2 fields instead of 3",
                HEADER + "0003fffffffe,column 1 has length -2",
                HEADER + "ffff00,1 bytes follow its end"
            })
    void aStreamThatIsNotOfTheseColumnsIsAnError(String streamAndMessage) {
        String[] parts = streamAndMessage.split(",", 2);
        CopyDecoder decoder = new CopyDecoder(CODECS, 1_000);
        decoder.feed(HexFormat.of().parseHex(parts[0]));

        assertThatThrownBy(() -> decoder.decode(new RowBatch(3, 10, 1 << 16)))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining(parts[1]);
    }

    @Test
    void surplusAfterTheTrailerInAPieceOfItsOwnIsAnError() {
        CopyDecoder decoder = new CopyDecoder(CODECS, 1_000);
        RowBatch batch = new RowBatch(3, 10, 1 << 16);
        decoder.feed(HexFormat.of().parseHex(HEADER + "ffff"));
        assertThat(decoder.decode(batch)).isFalse();
        decoder.feed(new byte[] {0});

        assertThatThrownBy(decoder::finish).isInstanceOf(FirnException.class);
        assertThatThrownBy(() -> decoder.decode(batch))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("1 bytes follow its end");
    }

    @Test
    void aValueAboveTheLimitIsRefusedByColumnAndRowBeforeItArrives() throws Exception {
        byte[] stream = stream(List.of(
                Arrays.asList(Wire.int8(1), Wire.text("x".repeat(10)), null),
                Arrays.asList(Wire.int8(2), Wire.text("x".repeat(11)), null)));
        int untilItsLength = HEADER.length() / 2 + (2 + 12 + 14 + 4) + (2 + 12 + 4);
        CopyDecoder decoder = new CopyDecoder(CODECS, 10);
        decoder.feed(Arrays.copyOf(stream, untilItsLength));

        ValueTooLargeException refused =
                catchThrowableOfType(ValueTooLargeException.class, () -> decoder.decode(new RowBatch(3, 10, 1 << 16)));

        assertThat(refused)
                .hasMessageContaining("row 2, column 2 of the copy: copying a value of 11 bytes, more than"
                        + " max-value-size allows (10)");
        assertThat(refused.columnIndex()).isEqualTo(1);
        assertThat(refused.row()).isEqualTo(2);
        assertThat(refused.valueBytes()).isEqualTo(11);
    }

    @Test
    void aPieceMustBeUsedUpBeforeTheNextOne() throws Exception {
        CopyDecoder decoder = new CopyDecoder(CODECS, 1_000);
        decoder.feed(stream(rows(1)));

        assertThatThrownBy(() -> decoder.feed(new byte[1])).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aValueMuchLargerThanAPieceIsWrittenWhole() throws SQLException {
        byte[] large = new byte[1 << 20];
        new Random(1).nextBytes(large);
        List<ColumnCodec> codecs = List.of(Codecs.of(PgTypes.builtIn("bytea")));
        RowBatch batch = new RowBatch(1, 1, 1 << 10);
        Batches.add(batch, large);
        batch.endRow();
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        CopyEncoder encoder = new CopyEncoder(codecs, new int[1], stream::write);
        encoder.begin();
        encoder.write(batch);
        encoder.write(batch);
        encoder.end();

        CopyDecoder decoder = new CopyDecoder(codecs, large.length);
        RowBatch back = new RowBatch(1, 2, 1 << 22);
        decoder.feed(stream.toByteArray());
        decoder.decode(back);

        assertThat(Batches.rows(back)).allSatisfy(row -> assertThat(row.get(0)).isEqualTo(large));
    }

    private static List<List<byte[]>> rows(int count) {
        Random random = new Random(count);
        RandomValues values = new RandomValues(count);
        List<List<byte[]>> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] text = Wire.text("x".repeat(random.nextInt(30)));
            byte[] array = Wire.vector(ELEMENT_OID, values.fields(1 + random.nextInt(3), () -> Wire.text("e")));
            rows.add(Arrays.asList(
                    random.nextInt(5) == 0 ? null : Wire.int8(i), random.nextInt(5) == 0 ? null : text, array));
        }
        return rows;
    }

    /** Made by another hand than the encoder's. */
    private static byte[] stream(List<List<byte[]>> rows) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(HexFormat.of().parseHex(HEADER));
        for (List<byte[]> row : rows) {
            out.writeShort(row.size());
            for (byte[] field : row) {
                out.writeInt(field == null ? -1 : field.length);
                if (field != null) {
                    out.write(field);
                }
            }
        }
        out.writeShort(-1);
        return bytes.toByteArray();
    }

    private static List<byte[]> cut(byte[] stream, int pieceBytes) {
        List<byte[]> pieces = new ArrayList<>();
        for (int at = 0; at < stream.length; at += Math.min(pieceBytes, stream.length - at)) {
            pieces.add(Arrays.copyOfRange(stream, at, at + Math.min(pieceBytes, stream.length - at)));
        }
        return pieces;
    }
}
