package dev.firn.lifecycle.doctor;

import dev.firn.source.ServerState;
import dev.firn.source.SourceInfo;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the server and its extension are, and what is known of their faults. */
record VersionExamination() implements Examination<DatabaseCase> {

    @Override
    public Area area() {
        return Area.SERVER;
    }

    @Override
    public List<Remark> look(DatabaseCase database) throws SQLException {
        SourceInfo info = database.source();
        List<Remark> remarks = new ArrayList<>();
        Optional<String> unknown = ServerState.unknownVersion(info);
        remarks.add(unknown.map(why -> Remark.error(why + ": nothing is dropped here", "update Firn"))
                .orElseGet(() -> Remark.ok(info.toString())));
        if (info.edition().equals("apache")) {
            remarks.add(Remark.note(
                    "this edition of TimescaleDB compresses nothing, and has no policies",
                    "set require-compressed = false for the tables, or take the community edition"));
        }
        if (ServerState.anybodyMayDrop(database.connection(), info)) {
            remarks.add(Remark.note(
                    "in TimescaleDB %s every role may drop and freeze every chunk, by functions that ask for no right"
                            .formatted(info.extensionVersion()),
                    "update to 2.29.1, or REVOKE EXECUTE ON FUNCTION _timescaledb_functions.drop_chunk(regclass),"
                            + " _timescaledb_functions.freeze_chunk(regclass) FROM PUBLIC, and GRANT it to the tables' owners"
                            + " and to " + database.config().database().user()));
        }
        return remarks;
    }
}
