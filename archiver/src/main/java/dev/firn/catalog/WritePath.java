package dev.firn.catalog;

import dev.firn.TableName;

/**
 * A table whose application goes on from the last positions it finds, as the catalogue knows it.
 *
 * @param id the number under which its heads are kept
 * @param known whether the heads of all that was dropped from it are there
 */
public record WritePath(int id, String namespace, TableName table, boolean known) {}
