package dev.firn.config;

import java.time.Duration;
import java.util.List;

/** Amounts the way a configuration file spells them. */
final class Show {

    private static final List<String> SIZES = List.of("B", "KiB", "MiB", "GiB", "TiB");

    private Show() {}

    static String duration(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        if (duration.getNano() % 1_000_000 != 0) {
            return duration.toNanos() + "ns";
        }
        if (duration.getNano() != 0) {
            return duration.toMillis() + "ms";
        }
        long seconds = duration.getSeconds();
        if (seconds % 86_400 == 0) {
            return seconds / 86_400 + "d";
        }
        if (seconds % 3_600 == 0) {
            return seconds / 3_600 + "h";
        }
        return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }

    static String size(long bytes) {
        long shown = bytes;
        int unit = 0;
        while (shown >= 1024 && shown % 1024 == 0 && unit < SIZES.size() - 1) {
            shown /= 1024;
            unit++;
        }
        return shown + SIZES.get(unit);
    }
}
