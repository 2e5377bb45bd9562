package dev.firn.lifecycle.doctor;

import dev.firn.source.ServerState;
import dev.firn.source.StandbyDelays;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The role that Firn works as: as few rights as will do, and those. */
record RoleExamination() implements Examination<DatabaseCase> {

    @Override
    public Area area() {
        return Area.PRIVILEGES;
    }

    @Override
    public List<Remark> look(DatabaseCase database) throws SQLException {
        String role = database.config().database().user();
        List<Remark> remarks = new ArrayList<>();
        if (ServerState.isSuperuser(database.connection())) {
            remarks.add(Remark.warning(
                    "%s is a superuser: nothing but Firn's own care keeps it from anything".formatted(role),
                    "run the SQL that `archiver init --print-sql` prints, and log in as the role that it makes"));
        }
        List<String> forbidden = ServerState.forbiddenFunctions(database.connection());
        if (!forbidden.isEmpty()) {
            remarks.add(Remark.error(
                    "%s may not call %s, which tell this server from a copy of it"
                            .formatted(role, String.join(" and ", forbidden)),
                    "GRANT EXECUTE ON FUNCTION %s TO %s".formatted(String.join(", ", forbidden), role)));
        }
        if (database.config().database().standbys().maxLag().isPresent()
                && !StandbyDelays.visible(database.connection())) {
            remarks.add(Remark.error(
                    "database.max-standby-lag is set, and %s is not shown how far standbys are behind: nothing is begun"
                            .formatted(role),
                    "GRANT pg_read_all_stats TO " + role));
        }
        return remarks.isEmpty() ? List.of(Remark.ok(role + " is no superuser")) : remarks;
    }
}
