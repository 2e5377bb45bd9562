package dev.firn.config;

/** What a reader gets who asks for positions that are archived and dropped. */
public enum OnArchived {
    ERROR,
    NOTICE,
    SILENT
}
