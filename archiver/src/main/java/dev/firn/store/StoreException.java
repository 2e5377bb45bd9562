package dev.firn.store;

import dev.firn.FirnException;

/** The store could not do it; says which object, and whether another try may help. */
public class StoreException extends FirnException {

    private static final long serialVersionUID = 1;

    public StoreException(Category category, String url, String what, String hint, Throwable cause) {
        super(category, url, what, hint, cause);
    }
}
