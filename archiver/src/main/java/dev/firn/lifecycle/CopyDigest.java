package dev.firn.lifecycle;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.Throttle;
import dev.firn.config.ServiceConfig;
import dev.firn.copy.CopyDecoder;
import dev.firn.copy.Digest;
import dev.firn.copy.RowDigester;
import dev.firn.types.Codecs;
import dev.firn.types.Column;
import dev.firn.types.RowBatch;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/** Reads rows out of the database as an export does, and digests them. */
final class CopyDigest {

    private final List<Column> columns;
    private final ServiceConfig.Copy settings;
    private final Throttle throttle;

    CopyDigest(List<Column> columns, ServiceConfig.Copy settings, Throttle throttle) {
        this.columns = List.copyOf(columns);
        this.settings = settings;
        this.throttle = throttle;
    }

    /**
     * Of the rows that this SELECT gives in these columns.
     *
     * @param connection under the settings of an export
     * @param meter told of each batch
     */
    Digest of(Connection connection, String select, Meter meter) throws SQLException {
        CopyOut copy = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyOut("COPY (" + select + ") TO STDOUT (FORMAT binary)");
        CopyDecoder decoder = new CopyDecoder(Codecs.of(columns), Integer.MAX_VALUE);
        RowDigester digester = new RowDigester(columns.size());
        RowBatch batch = new RowBatch(columns.size(), settings.batchRows(), settings.batchBytes());
        try {
            for (byte[] message = copy.readFromCopy(); message != null; message = copy.readFromCopy()) {
                decoder.feed(message);
                while (decoder.decode(batch)) {
                    digest(batch, digester, meter);
                }
            }
            decoder.finish();
            digest(batch, digester, meter);
            return digester.digest();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FirnException(
                    Category.PASSING,
                    "what was loaded",
                    "reading it back: interrupted; nobody sees it yet",
                    "run it again",
                    e);
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    private void digest(RowBatch batch, RowDigester digester, Meter meter) throws InterruptedException {
        digester.add(batch);
        int bytes = batch.size();
        meter.add(batch.rows(), bytes);
        batch.clear();
        throttle.take(bytes);
    }
}
