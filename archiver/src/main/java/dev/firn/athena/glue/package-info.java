/**
 * The Glue Data Catalog, told of archived tables. One rule: what it says of a table is read before the store is, so that
 * whoever looked earlier never takes back what somebody who looked later put there; and what Firn did not make is left
 * alone. Read {@link dev.firn.athena.glue.GlueCatalog} first, then {@link dev.firn.athena.glue.TableSync}.
 */
package dev.firn.athena.glue;
