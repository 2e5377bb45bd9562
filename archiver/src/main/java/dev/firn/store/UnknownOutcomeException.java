package dev.firn.store;

/**
 * A request to change the store may or may not have been carried out, and reading back did not tell. Never a reason to
 * delete anything: the next run looks again.
 */
public final class UnknownOutcomeException extends StoreException {

    private static final long serialVersionUID = 1;

    public UnknownOutcomeException(String url, String what, Throwable cause) {
        super(
                Category.PASSING,
                url,
                what + "; whether the store carried it out is not known",
                "nothing is lost: the next run reads back what is there and goes on",
                cause);
    }
}
