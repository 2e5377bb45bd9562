package dev.firn.lifecycle.doctor;

import java.util.Locale;

/** What a finding is about. */
public enum Area {
    CONFIGURATION,
    CONNECTION,
    SERVER,
    PRIVILEGES,
    CATALOGUE,
    LOCATION,
    FENCE,
    CLOCK,
    BUCKET,
    SPACE,
    TABLE,
    GUARDS,
    WRITE_PATH,
    BACKLOG;

    /** As it is printed. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
