/**
 * Rows into Parquet files and back, over an object store. One rule: a file is written in one pass into an upload, with
 * memory bounded by settings, and read with memory bounded by its row groups. Read {@link dev.firn.parquet.ParquetTable}
 * first: the columns of a table as Parquet and Avro see them.
 */
package dev.firn.parquet;
