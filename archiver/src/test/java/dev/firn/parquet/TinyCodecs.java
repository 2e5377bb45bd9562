package dev.firn.parquet;

import dev.firn.types.BigEndian;
import dev.firn.types.ColumnCodec;
import dev.firn.types.PgType;
import dev.firn.types.RowBatch;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/** Just enough types to write files of. */
final class TinyCodecs {
    private TinyCodecs() {}

    static PgType type(String name) {
        return new PgType("pg_catalog", name, -1, PgType.Kind.BASE, name, null, List.of(), "x");
    }

    static ColumnCodec of(PgType type) {
        return switch (type.name()) {
            case "int8" -> new Int8();
            case "timestamptz" -> new Stamp();
            case "jsonb" -> new Text(1);
            case "uuid" -> new Uuid();
            default -> new Text(0);
        };
    }

    private abstract static class Base implements ColumnCodec {
        @Override
        public String selectExpression(String quotedColumn) {
            return quotedColumn;
        }

        abstract void readValue(ColumnReader in, RowBatch out);

        @Override
        public boolean read(ColumnReader in, RowBatch out) {
            boolean present = in.getCurrentDefinitionLevel() == 1;
            if (present) {
                readValue(in, out);
            }
            in.consume();
            return present;
        }

        @Override
        public String toText(byte[] bytes, int offset, int length) {
            return new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
        }

        @Override
        public void fromText(String text, RowBatch out) {
            byte[] b = text.getBytes(StandardCharsets.ISO_8859_1);
            out.append(b, 0, b.length);
        }
    }

    private static final class Int8 extends Base {
        @Override
        public Type parquetType(String n, int id) {
            return Types.optional(PrimitiveTypeName.INT64).id(id).named(n);
        }

        @Override
        public boolean write(byte[] bytes, int offset, int length, ColumnWriter out) {
            out.write(BigEndian.getLong(bytes, offset), 0, 1);
            return true;
        }

        @Override
        void readValue(ColumnReader in, RowBatch out) {
            out.appendLong(in.getLong());
        }
    }

    private static final class Stamp extends Base {
        @Override
        public Type parquetType(String n, int id) {
            return Types.optional(PrimitiveTypeName.INT64)
                    .as(LogicalTypeAnnotation.timestampType(true, TimeUnit.MICROS))
                    .id(id)
                    .named(n);
        }

        @Override
        public boolean write(byte[] bytes, int offset, int length, ColumnWriter out) {
            long v = BigEndian.getLong(bytes, offset);
            if (v == Long.MIN_VALUE || v == Long.MAX_VALUE) {
                return false;
            }
            out.write(v + 946684800000000L, 0, 1);
            return true;
        }

        @Override
        void readValue(ColumnReader in, RowBatch out) {
            out.appendLong(in.getLong() - 946684800000000L);
        }
    }

    private static final class Text extends Base {
        final int skip;

        Text(int skip) {
            this.skip = skip;
        }

        @Override
        public Type parquetType(String n, int id) {
            return Types.optional(PrimitiveTypeName.BINARY)
                    .as(LogicalTypeAnnotation.stringType())
                    .id(id)
                    .named(n);
        }

        @Override
        public boolean write(byte[] bytes, int offset, int length, ColumnWriter out) {
            out.write(Binary.fromReusedByteArray(bytes, offset + skip, length - skip), 0, 1);
            return true;
        }

        @Override
        void readValue(ColumnReader in, RowBatch out) {
            if (skip == 1) {
                out.appendByte(1);
            }
            java.nio.ByteBuffer b = in.getBinary().toByteBuffer();
            out.append(b.array(), b.arrayOffset() + b.position(), b.remaining());
        }
    }

    private static final class Uuid extends Base {
        private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
        private final byte[] text = new byte[36];

        @Override
        public Type parquetType(String n, int id) {
            return Types.optional(PrimitiveTypeName.BINARY)
                    .as(LogicalTypeAnnotation.stringType())
                    .id(id)
                    .named(n);
        }

        @Override
        public boolean write(byte[] bytes, int offset, int length, ColumnWriter out) {
            int at = 0;
            for (int i = 0; i < 16; i++) {
                if (i == 4 || i == 6 || i == 8 || i == 10) {
                    text[at++] = '-';
                }
                text[at++] = HEX[bytes[offset + i] >> 4 & 15];
                text[at++] = HEX[bytes[offset + i] & 15];
            }
            out.write(Binary.fromReusedByteArray(text), 0, 1);
            return true;
        }

        @Override
        void readValue(ColumnReader in, RowBatch out) {
            java.nio.ByteBuffer b = in.getBinary().toByteBuffer();
            int at = b.position();
            for (int i = 0; i < 16; i++) {
                if (i == 4 || i == 6 || i == 8 || i == 10) {
                    at++;
                }
                out.appendByte(Character.digit(b.get(at++), 16) << 4 | Character.digit(b.get(at++), 16));
            }
        }
    }
}
