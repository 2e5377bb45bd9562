package dev.firn.types;

import java.math.BigDecimal;

/** Floating-point numbers laid out the way PostgreSQL prints them. */
final class FloatText {

    private static final int SMALLEST_PLAIN_EXPONENT = -4;

    private FloatText() {}

    /**
     * @param java what {@code toString} of Java's own type says, digits enough to be read back exactly
     * @param plainDigits from this exponent on PostgreSQL prints an exponent
     */
    static String show(String java, int plainDigits) {
        if (java.endsWith("NaN") || java.endsWith("Infinity")) {
            return java;
        }
        String sign = java.startsWith("-") ? "-" : "";
        BigDecimal value = new BigDecimal(java).abs();
        if (value.signum() == 0) {
            return sign + "0";
        }
        BigDecimal shortest = value.stripTrailingZeros();
        String digits = shortest.unscaledValue().toString();
        int exponent = digits.length() - 1 - shortest.scale();
        if (exponent >= SMALLEST_PLAIN_EXPONENT && exponent < plainDigits) {
            return sign + shortest.toPlainString();
        }
        String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
        String exponentSign = exponent < 0 ? "-" : "+";
        int magnitude = Math.abs(exponent);
        return sign + digits.charAt(0) + fraction + "e" + exponentSign + (magnitude < 10 ? "0" : "") + magnitude;
    }
}
