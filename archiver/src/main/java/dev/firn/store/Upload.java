package dev.firn.store;

import java.io.IOException;
import java.io.OutputStream;

/**
 * An object being written, in order, by one thread, with bounded memory. {@link #close} without {@link #commit} discards
 * it: a source that fails half-way never completes an upload.
 */
public abstract class Upload extends OutputStream {

    /** Bytes written so far. */
    public abstract long position();

    /**
     * Makes the object visible, unless the key was taken meanwhile, and says what was written. Returns only when the store
     * is known to hold it.
     *
     * @throws StoreException when the key was taken by another write: exactly one of several commits wins
     * @throws UnknownOutcomeException when nothing told whether the store carried it out
     */
    public abstract Content commit();

    @Override
    public abstract void close() throws IOException;
}
