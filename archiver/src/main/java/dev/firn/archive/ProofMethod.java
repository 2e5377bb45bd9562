package dev.firn.archive;

import java.util.Locale;

/** How much a proof looks at. */
public enum ProofMethod {
    /** Every row is read back from the store, encoded as it came, and digested again. */
    ROUNDTRIP,
    /** Every byte is read back and hashed; of the rows, the counts and bounds in the footers are compared. */
    FOOTER;

    /** As configuration and manifests spell it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
