package dev.firn.lifecycle.doctor;

import dev.firn.source.Table;
import dev.firn.source.TableRights;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What each step will ask for: reading, dropping, bringing back. */
record RightsExamination() implements Examination<TableCase> {

    private static final String MEMBER =
            "make Firn's role a member of %s: run the SQL that `archiver init --print-sql` prints";

    @Override
    public Area area() {
        return Area.PRIVILEGES;
    }

    @Override
    public List<Remark> look(TableCase subject) throws SQLException {
        Table table = subject.table();
        List<Remark> remarks = new ArrayList<>();
        if (!TableRights.mayRead(subject.connection(), table)) {
            remarks.add(Remark.error("Firn's role may not read it", MEMBER.formatted(table.owner())));
        }
        if (!TableRights.hasOwners(subject.connection(), table)) {
            remarks.add(Remark.error(
                    "Firn's role does not have the rights of its owner %s: it can neither drop a chunk nor bring one back"
                            .formatted(table.owner()),
                    MEMBER.formatted(table.owner())));
        }
        List<String> lacking = TableRights.mayNotLoad(subject.connection(), table);
        if (!lacking.isEmpty()) {
            remarks.add(Remark.warning(
                    "%s may create no table in its schema, and nothing can be brought back"
                            .formatted(String.join(" and ", lacking)),
                    "GRANT CREATE ON SCHEMA %s TO %s"
                            .formatted(dev.firn.TableName.quote(table.name().schema()), String.join(", ", lacking))));
        }
        return remarks.isEmpty() ? List.of(Remark.ok("Firn's role may read, drop and bring back")) : remarks;
    }
}
