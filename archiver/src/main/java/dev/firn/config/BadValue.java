package dev.firn.config;

import java.util.Optional;

/** What is wrong with a value, in words that hold nothing of it; what may be shown of it stands beside. */
final class BadValue extends Exception {

    private static final long serialVersionUID = 1;

    private final String shown;

    BadValue(String expectation) {
        this(expectation, null);
    }

    /** @param shown all that may be shown of the value */
    BadValue(String expectation, String shown) {
        super(expectation);
        this.shown = shown;
    }

    Optional<String> shown() {
        return Optional.ofNullable(shown);
    }
}
