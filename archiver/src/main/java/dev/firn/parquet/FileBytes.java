package dev.firn.parquet;

/** The bytes of one file, wherever they come from. */
interface FileBytes {

    long size();

    /** Reads exactly this piece. */
    void read(long position, byte[] into, int offset, int length);
}
