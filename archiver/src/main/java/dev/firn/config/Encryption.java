package dev.firn.config;

/** What encryption is asked of S3. */
public enum Encryption {
    /** Nothing is asked: the bucket's own default holds. */
    NONE,
    /** SSE-S3: keys that S3 keeps. */
    S3,
    /** SSE-KMS. */
    KMS
}
