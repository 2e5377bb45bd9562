package dev.firn.archive;

/** Is told how far a proof has come; may throw to end it. */
@FunctionalInterface
public interface ProofProgress {

    ProofProgress NONE = (rows, bytes) -> {};

    /** So many rows and bytes were read back by now, of all files together. */
    void advanced(long rows, long bytes);
}
