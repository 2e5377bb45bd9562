package dev.firn.source;

import dev.firn.TableName;

/** A staging table that an attempt has left, or is still working with: only whoever knows the attempts can tell. */
public record Leftover(TableName relation, String token, long bytes) {}
