package dev.firn.athena;

/** A column in the words of Hive, which are those of Athena's DDL and of the Glue Data Catalog. */
public record HiveColumn(String name, String type, String comment) {}
