package dev.firn.config;

/** When the SDK adds its own checksums to requests; several S3-compatible stores reject them. */
public enum Checksums {
    WHEN_SUPPORTED,
    WHEN_REQUIRED
}
