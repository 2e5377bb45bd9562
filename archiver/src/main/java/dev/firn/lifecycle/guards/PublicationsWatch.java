package dev.firn.lifecycle.guards;

import dev.firn.config.GuardName;
import dev.firn.source.DropHazards;
import java.sql.SQLException;
import java.util.List;

/** Subscribers do not hear of a drop, and hear of a restored chunk as of new rows. */
record PublicationsWatch() implements Watch {

    @Override
    public GuardName name() {
        return GuardName.PUBLICATIONS;
    }

    @Override
    public List<Alarm> alarms(Scene scene) throws SQLException {
        List<String> publications = DropHazards.publications(scene.connection(), scene.table());
        return publications.isEmpty()
                ? List.of()
                : List.of(Alarm.warning(
                        name(),
                        "it is published (%s): subscribers keep what Firn drops, and get what is restored as inserts"
                                .formatted(String.join(", ", publications)),
                        "have subscribers ignore rows that they have, or keep restored ranges out of the publication"));
    }
}
