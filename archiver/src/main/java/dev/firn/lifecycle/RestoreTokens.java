package dev.firn.lifecycle;

import dev.firn.catalog.Claim;

/** What tells the staging tables of one claim from those of every other: its fencing token, and a running number. */
final class RestoreTokens {

    private RestoreTokens() {}

    static String of(Claim claim, int number) {
        return prefix(claim.token()) + "%04x".formatted(number);
    }

    /** Whether a staging table was made under the claim with this fencing token. */
    static boolean isOf(long claimToken, String stagingToken) {
        return stagingToken.startsWith(prefix(claimToken));
    }

    private static String prefix(long claimToken) {
        return "%016x".formatted(claimToken);
    }
}
