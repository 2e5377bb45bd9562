package dev.firn.catalog;

import dev.firn.FirnException;

/** The claim has passed to another worker, or was given up: nothing was changed under it. */
public final class ClaimLostException extends FirnException {

    private static final long serialVersionUID = 1;

    private final long token;

    ClaimLostException(Claim claim, String doing, String nowHeldBy) {
        super(
                Category.PASSING,
                claim.key().toString(),
                "%s: another worker took over (%s; this one was %s, token %d); nothing was changed"
                        .formatted(doing, nowHeldBy, claim.holder(), claim.token()),
                "nothing to do: whoever works on the chunk next goes on from what is in the store. If it happens"
                        + " often, this machine stalls for longer than the lease");
        this.token = claim.token();
    }

    /** Fencing token of the claim that was lost. */
    public long token() {
        return token;
    }
}
