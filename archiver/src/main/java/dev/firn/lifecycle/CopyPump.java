package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.Throttle;
import dev.firn.TimeRange;
import dev.firn.copy.CopyDecoder;
import dev.firn.copy.Digest;
import dev.firn.copy.RowDigester;
import dev.firn.copy.ValueTooLargeException;
import dev.firn.types.Column;
import dev.firn.types.ColumnCodec;
import dev.firn.types.RowBatch;
import java.sql.SQLException;
import java.util.List;
import org.postgresql.copy.CopyOut;

/** Moves what COPY sends, message by message, through the decoder and the digest into batches. */
final class CopyPump {

    private final TableWork work;
    private final TimeRange range;
    private final List<Column> columns;
    private final CopyDecoder decoder;
    private final RowDigester digester;
    private final Meter meter;
    private final Throttle throttle;
    private long arrived;

    CopyPump(
            TableWork work,
            TimeRange range,
            List<Column> columns,
            List<ColumnCodec> codecs,
            Meter meter,
            Throttle throttle) {
        this.work = work;
        this.range = range;
        this.columns = columns;
        this.decoder = new CopyDecoder(codecs, work.config().maxValueBytes());
        this.digester = new RowDigester(columns.size());
        this.meter = meter;
        this.throttle = throttle;
    }

    /** Until the stream's proper end, or until the sink takes no more. */
    Digest run(CopyOut copy, RowSink sink) throws SQLException, InterruptedException {
        try {
            RowBatch batch = take(sink);
            for (byte[] message = read(copy); message != null; message = read(copy)) {
                decoder.feed(message);
                arrived += message.length;
                while (decoder.decode(batch)) {
                    give(batch, sink);
                    batch = take(sink);
                }
            }
            decoder.finish();
            give(batch, sink);
            return digester.digest();
        } catch (ValueTooLargeException e) {
            throw tooLarge(e);
        }
    }

    private static RowBatch take(RowSink sink) throws InterruptedException {
        RowBatch batch = sink.takeEmpty();
        if (batch == null) {
            throw new SinkFailedException();
        }
        return batch;
    }

    private void give(RowBatch batch, RowSink sink) throws InterruptedException {
        digester.add(batch);
        int rows = batch.rows();
        int bytes = batch.size();
        sink.give(batch);
        meter.add(rows, bytes);
        throttle.take(arrived);
        arrived = 0;
    }

    /** The driver takes memory for a whole row at once, whatever its size. */
    private byte[] read(CopyOut copy) throws SQLException {
        try {
            return copy.readFromCopy();
        } catch (OutOfMemoryError e) {
            throw new FirnException(
                    Category.REFUSED,
                    work.where(range),
                    "copying row %d: all of it does not fit into memory at once; nothing was archived and nothing dropped"
                            .formatted(decoder.rows() + 1),
                    "give Firn a larger heap (-Xmx), or shrink the row",
                    e);
        }
    }

    private FirnException tooLarge(ValueTooLargeException e) {
        return new FirnException(
                Category.REFUSED,
                work.where(range),
                "copying column %s of row %d: a value of %d bytes, more than max-value-size = %d; nothing was archived"
                                .formatted(
                                        columns.get(e.columnIndex()).name(),
                                        e.row(),
                                        e.valueBytes(),
                                        work.config().maxValueBytes())
                        + " and nothing dropped",
                e.hint(),
                e);
    }

    /** The other side of the queue failed, and says why itself. */
    static final class SinkFailedException extends RuntimeException {

        private static final long serialVersionUID = 1;

        SinkFailedException() {
            super("the writer of the copy failed");
        }
    }
}
