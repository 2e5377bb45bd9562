/**
 * How a PostgreSQL value lies in COPY BINARY and in Parquet. One rule: a type owns all four moves (COPY to column, column
 * to Parquet, Parquet to column, column to COPY), so that they can only change together. Read
 * {@link dev.firn.types.ColumnCodec} first.
 */
package dev.firn.types;
