package dev.firn.lifecycle.doctor;

import dev.firn.store.StoreInspection.ClockReading;
import java.time.Duration;

/** What to say of two clocks. */
final class ClockRemarks {

    private static final Duration NOTICEABLE = Duration.ofSeconds(30);

    /** Beyond this, S3 refuses requests. */
    private static final Duration INTOLERABLE = Duration.ofMinutes(15);

    private static final String HINT = "let both machines follow a time server (timedatectl, chronyc tracking)";

    private ClockRemarks() {}

    /** @param whose clock it was compared with */
    static Remark of(String whose, ClockReading reading) {
        Duration ahead = reading.ahead();
        Duration off = ahead.abs();
        if (off.compareTo(NOTICEABLE) < 0) {
            return Remark.ok("the clock of %s and this machine's agree".formatted(whose));
        }
        String what = "the clock of %s is %d seconds %s this machine's"
                .formatted(whose, off.toSeconds(), ahead.isNegative() ? "behind" : "ahead of");
        return off.compareTo(INTOLERABLE) < 0 ? Remark.warning(what, HINT) : Remark.error(what, HINT);
    }
}
