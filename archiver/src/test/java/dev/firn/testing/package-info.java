/**
 * What the tests run against: databases found or started, an S3 server and a proxy that breaks it, tables to archive.
 * Read {@link dev.firn.testing.TestDatabase} and {@link dev.firn.testing.S3Server} first.
 */
package dev.firn.testing;
