package dev.firn.lifecycle;

import dev.firn.catalog.Claim;

/**
 * What tells the staging tables of one claim from those of every other: its fencing token, and a running number. What is
 * attached is called by it for as long as it is there, which may be longer than the catalogue lives, whose tokens begin
 * anew with the next one: so a trace of the epoch follows, which no two catalogues share.
 */
final class RestoreTokens {

    private RestoreTokens() {}

    static String of(TableWork work, Claim claim, int number) {
        return prefix(claim.token()) + "%04x%08x".formatted(number, work.epoch().hashCode());
    }

    /** Whether a staging table was made under the claim with this fencing token. */
    static boolean isOf(long claimToken, String stagingToken) {
        return stagingToken.startsWith(prefix(claimToken));
    }

    private static String prefix(long claimToken) {
        return "%016x".formatted(claimToken);
    }
}
