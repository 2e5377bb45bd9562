package dev.firn.types;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * Sends the values of one column through a real Parquet file and back.
 *
 * @param values what came back, null for NULL
 * @param exceptions by row, the text of each value that the column could not hold
 */
public record ThroughParquet(List<byte[]> values, Map<Integer, String> exceptions) {

    private static final String COLUMN = "value";
    private static final int SMALL_PAGE = 256;

    /** Normalises the fields, writes each with the codec, and reads the file again. */
    public static ThroughParquet send(ColumnCodec codec, List<byte[]> fields, Path folder, WriterVersion version) {
        return send(codec, codec, fields, folder, version);
    }

    /** As if a file that one codec wrote had been slipped in under a column of another. */
    static ThroughParquet send(
            ColumnCodec codec, ColumnCodec reader, List<byte[]> fields, Path folder, WriterVersion version) {
        try {
            Path file = Files.createTempFile(folder, "column", ".parquet");
            Files.delete(file);
            MessageType schema = new MessageType("row", codec.parquetType(COLUMN, 1));
            Map<Integer, String> exceptions = write(codec, fields, file, schema, version);
            return new ThroughParquet(read(reader, fields.size(), file, schema, exceptions), exceptions);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<Integer, String> write(
            ColumnCodec codec, List<byte[]> fields, Path file, MessageType schema, WriterVersion version)
            throws IOException {
        ParquetProperties properties = ParquetProperties.builder()
                .withWriterVersion(version)
                .withPageSize(SMALL_PAGE)
                .withMinRowCountForPageSizeCheck(1)
                .build();
        Map<Integer, String> exceptions = new HashMap<>();
        try (ParquetFileWriter writer = new ParquetFileWriter(
                new LocalOutputFile(file), schema, ParquetFileWriter.Mode.CREATE, 1 << 20, 0, null, properties)) {
            writer.start();
            writer.startBlock(fields.size());
            ColumnChunkPageWriteStore pages = new ColumnChunkPageWriteStore(
                    new Uncompressed(), schema, HeapByteBufferAllocator.getInstance(), Integer.MAX_VALUE, true);
            ColumnWriteStore columns = properties.newColumnWriteStore(schema, pages, pages);
            ColumnWriter out = columns.getColumnWriter(schema.getColumns().get(0));
            for (int row = 0; row < fields.size(); row++) {
                write(codec, fields.get(row), row, out, exceptions);
                columns.endRecord();
            }
            columns.flush();
            pages.flushToFileWriter(writer);
            writer.endBlock();
            writer.end(Map.of());
        }
        return exceptions;
    }

    private static void write(
            ColumnCodec codec, byte[] field, int row, ColumnWriter out, Map<Integer, String> exceptions) {
        if (field == null) {
            codec.writeNull(out);
            return;
        }
        byte[] bytes = apart(field);
        codec.normalise(bytes, 1, field.length);
        if (!codec.write(bytes, 1, field.length, out)) {
            codec.writeNull(out);
            exceptions.put(row, codec.toText(bytes, 1, field.length));
        }
    }

    private static List<byte[]> read(
            ColumnCodec codec, int rows, Path file, MessageType schema, Map<Integer, String> exceptions)
            throws IOException {
        ParquetReadOptions options = ParquetReadOptions.builder(new PlainParquetConfiguration())
                .withCodecFactory(new Uncompressed())
                .build();
        List<byte[]> values = new ArrayList<>();
        try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file), options);
                PageReadStore rowGroup = reader.readNextRowGroup()) {
            ColumnDescriptor column = schema.getColumns().get(0);
            ColumnReader in =
                    new ColumnReadStoreImpl(rowGroup, converter(schema), schema, "firn").getColumnReader(column);
            RowBatch batch = new RowBatch(1, rows, Integer.MAX_VALUE);
            for (int row = 0; row < rows; row++) {
                batch.beginField();
                boolean present = codec.read(in, batch);
                if (!present && exceptions.containsKey(row)) {
                    codec.fromText(exceptions.get(row), batch);
                    present = true;
                }
                if (present) {
                    batch.endField();
                } else {
                    batch.nullField();
                }
                batch.endRow();
                values.add(field(batch, row));
            }
        }
        return values;
    }

    private static byte[] field(RowBatch batch, int row) {
        if (batch.isNull(row, 0)) {
            return null;
        }
        byte[] field = new byte[batch.length(row, 0)];
        System.arraycopy(batch.bytes(), batch.start(row, 0), field, 0, field.length);
        return field;
    }

    /** The field with other bytes before and behind it, which a codec must not take for its own. */
    private static byte[] apart(byte[] field) {
        byte[] bytes = new byte[field.length + 2];
        bytes[0] = 0x55;
        bytes[bytes.length - 1] = 0x55;
        System.arraycopy(field, 0, bytes, 1, field.length);
        return bytes;
    }

    private static Converter converterOf(Type type) {
        return type.isPrimitive() ? new PrimitiveConverter() {} : converter(type.asGroupType());
    }

    private static GroupConverter converter(GroupType type) {
        List<Converter> fields =
                type.getFields().stream().map(ThroughParquet::converterOf).toList();
        return new GroupConverter() {
            @Override
            public Converter getConverter(int fieldIndex) {
                return fields.get(fieldIndex);
            }

            @Override
            public void start() {}

            @Override
            public void end() {}
        };
    }

    /** The codec that does nothing; the built-in ones want all of Hadoop. */
    private static final class Uncompressed
            implements CompressionCodecFactory,
                    CompressionCodecFactory.BytesInputCompressor,
                    CompressionCodecFactory.BytesInputDecompressor {

        @Override
        public BytesInputCompressor getCompressor(CompressionCodecName name) {
            return this;
        }

        @Override
        public BytesInputDecompressor getDecompressor(CompressionCodecName name) {
            return this;
        }

        @Override
        public BytesInput compress(BytesInput bytes) {
            return bytes;
        }

        @Override
        public CompressionCodecName getCodecName() {
            return CompressionCodecName.UNCOMPRESSED;
        }

        @Override
        public BytesInput decompress(BytesInput bytes, int decompressedSize) {
            return bytes;
        }

        @Override
        public void decompress(ByteBuffer input, int compressedSize, ByteBuffer output, int decompressedSize) {
            output.put(input);
        }

        @Override
        public void release() {}
    }
}
