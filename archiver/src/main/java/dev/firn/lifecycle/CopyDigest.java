package dev.firn.lifecycle;

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

    CopyDigest(List<Column> columns, ServiceConfig.Copy settings) {
        this.columns = List.copyOf(columns);
        this.settings = settings;
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
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    private static void digest(RowBatch batch, RowDigester digester, Meter meter) {
        digester.add(batch);
        meter.add(batch.rows(), batch.size());
        batch.clear();
    }
}
