package dev.firn.lifecycle;

import dev.firn.archive.Expiry;
import dev.firn.catalog.Claim;
import dev.firn.catalog.ExpiredCopies;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the catalogue know what the store says to have expired: whoever wrote it there may have died over it. */
final class ExpiredRanges {

    private static final Logger LOG = LoggerFactory.getLogger(ExpiredRanges.class);

    private final TableWork work;
    private final String holder;

    ExpiredRanges(TableWork work, String holder) {
        this.work = work;
        this.holder = holder;
    }

    static ExpiredCopies of(String namespace, Expiry expiry) {
        return new ExpiredCopies(
                new dev.firn.catalog.ChunkKey(namespace, expiry.table(), expiry.range()),
                expiry.generation(),
                expiry.key(),
                expiry.supersedes(),
                expiry.after(),
                expiry.rows(),
                expiry.bytes(),
                expiry.expiredAt());
    }

    void settle() {
        Set<String> known =
                work.catalog().expiries(work.namespace(), work.table().name());
        for (Expiry expiry : work.archive().expiries()) {
            if (!known.contains(expiry.key())) {
                work.catalog()
                        .claim(
                                work.key(expiry.range()),
                                holder,
                                Claim.Purpose.EXPIRE,
                                work.settings().claim().lease())
                        .ifPresent(claim -> settle(expiry, claim));
            }
        }
    }

    private void settle(Expiry expiry, Claim claim) {
        try {
            LOG.info("{}: recorded as expired on {}", work.where(expiry.range()), expiry.expiredAt());
            work.catalog().recordExpired(claim, of(work.namespace(), expiry));
        } finally {
            work.catalog().release(claim);
        }
    }
}
