package dev.firn.copy;

/** The mixing functions of MurmurHash3 for 64-bit machines, 128 bits wide; public domain, by Austin Appleby. */
final class Murmur3 {

    private static final long C1 = 0x87c3_7b91_1142_53d5L;
    private static final long C2 = 0x4cf5_ad43_2745_937fL;

    private Murmur3() {}

    /** Mixes the first half of a block of 16 bytes into the first half of the state. */
    static long mixFirst(long h1, long h2, long k1) {
        long mixed = h1 ^ (Long.rotateLeft(k1 * C1, 31) * C2);
        return (Long.rotateLeft(mixed, 27) + h2) * 5 + 0x52dc_e729L;
    }

    /** Mixes the second half; {@code h1} is what {@link #mixFirst} made. */
    static long mixSecond(long h1, long h2, long k2) {
        long mixed = h2 ^ (Long.rotateLeft(k2 * C2, 33) * C1);
        return (Long.rotateLeft(mixed, 31) + h1) * 5 + 0x3849_5ab5L;
    }

    /** Spreads every bit over the whole word. */
    static long finish(long word) {
        long mixed = (word ^ (word >>> 33)) * 0xff51_afd7_ed55_8ccdL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xc4ce_b9fe_1a85_ec53L;
        return mixed ^ (mixed >>> 33);
    }
}
