package dev.firn.lifecycle.doctor;

import dev.firn.TableName;
import dev.firn.config.NamespaceConfig;
import dev.firn.source.SourceInfo;
import java.sql.Connection;
import java.time.Clock;
import java.util.Set;

/**
 * A database that lets Firn in.
 *
 * @param connection in autocommit, to the server itself
 * @param configured every table of this database that some namespace archives
 * @param largestRangeBytes what the largest range took or takes in the database; 0 where none is known
 */
public record DatabaseCase(
        NamespaceConfig config,
        Connection connection,
        SourceInfo source,
        Clock clock,
        Set<TableName> configured,
        long largestRangeBytes) {

    public DatabaseCase {
        configured = Set.copyOf(configured);
    }
}
