package dev.firn.parquet;

import dev.firn.types.ColumnCodec;
import java.util.Optional;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.io.api.Binary;

/** Takes one value as a column would hold it. */
final class CapturedValue implements ColumnWriter {

    private Comparable<?> value;

    private CapturedValue() {}

    /** An Integer, a Long or a {@link Binary}; nothing for a value that the column cannot hold. */
    static Optional<Comparable<?>> of(ColumnCodec codec, byte[] copyBytes) {
        CapturedValue captured = new CapturedValue();
        return codec.write(copyBytes, 0, copyBytes.length, captured) ? Optional.of(captured.value) : Optional.empty();
    }

    @Override
    public void write(int taken, int repetitionLevel, int definitionLevel) {
        value = taken;
    }

    @Override
    public void write(long taken, int repetitionLevel, int definitionLevel) {
        value = taken;
    }

    @Override
    public void write(boolean taken, int repetitionLevel, int definitionLevel) {
        value = taken;
    }

    @Override
    public void write(Binary taken, int repetitionLevel, int definitionLevel) {
        value = taken.copy();
    }

    @Override
    public void write(float taken, int repetitionLevel, int definitionLevel) {
        value = taken;
    }

    @Override
    public void write(double taken, int repetitionLevel, int definitionLevel) {
        value = taken;
    }

    @Override
    public void writeNull(int repetitionLevel, int definitionLevel) {
        throw new IllegalStateException("a value was written as NULL");
    }

    @Override
    public void close() {}

    @Override
    public long getBufferedSizeInMemory() {
        return 0;
    }
}
