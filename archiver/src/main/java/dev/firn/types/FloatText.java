package dev.firn.types;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.function.Predicate;

/** Floating-point numbers laid out the way PostgreSQL prints them. */
final class FloatText {

    private static final int FLOAT_PLAIN_DIGITS = 6;
    private static final int DOUBLE_PLAIN_DIGITS = 15;
    private static final int SMALLEST_PLAIN_EXPONENT = -4;

    private FloatText() {}

    static String show(double value) {
        return show(value, Double.toString(value), DOUBLE_PLAIN_DIGITS, digits -> digits.doubleValue() == value);
    }

    static String show(float value) {
        return show(value, Float.toString(value), FLOAT_PLAIN_DIGITS, digits -> digits.floatValue() == value);
    }

    /**
     * @param java what Java prints: digits enough to be read back exactly, at times more than are needed
     * @param plainDigits from this exponent on PostgreSQL prints an exponent
     */
    private static String show(double exact, String java, int plainDigits, Predicate<BigDecimal> leadsBack) {
        if (!Double.isFinite(exact)) {
            return java;
        }
        String sign = java.startsWith("-") ? "-" : "";
        if (exact == 0) {
            return sign + "0";
        }
        BigDecimal shortest = shortest(new BigDecimal(exact), new BigDecimal(java), leadsBack)
                .abs()
                .stripTrailingZeros();
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

    private static BigDecimal shortest(BigDecimal exact, BigDecimal java, Predicate<BigDecimal> leadsBack) {
        BigDecimal shortest = java.stripTrailingZeros();
        while (shortest.precision() > 1) {
            BigDecimal shorter = exact.round(new MathContext(shortest.precision() - 1));
            if (!leadsBack.test(shorter)) {
                return shortest;
            }
            shortest = shorter.stripTrailingZeros();
        }
        return shortest;
    }
}
