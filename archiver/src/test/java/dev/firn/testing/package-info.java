/** The servers that tests run against, and how to disturb them. Read {@link dev.firn.testing.S3Server} first. */
package dev.firn.testing;
