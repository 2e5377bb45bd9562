package dev.firn.lifecycle.doctor;

import java.util.Locale;

/** How bad a finding is, in ascending order. The worst one decides the exit code. */
public enum Severity {
    /** As it should be. */
    OK(0),
    /** Good to know; nothing has to be done. */
    NOTE(0),
    /** Harm is possible, or part of the work stays undone, until somebody does something. */
    WARNING(6),
    /** The archiver cannot work, or rows are being lost. */
    ERROR(3);

    private final int exitCode;

    Severity(int exitCode) {
        this.exitCode = exitCode;
    }

    public int exitCode() {
        return exitCode;
    }

    /** As it is printed. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
