package dev.firn.config;

import java.math.BigInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A part of a whole, more than nothing and at most all of it: {@code 1/30}, {@code 3%}. */
public record Share(long part, long whole) {

    private static final Pattern FRACTION = Pattern.compile("([0-9]{1,6})\\s*/\\s*([0-9]{1,6})");
    private static final Pattern PERCENT = Pattern.compile("([0-9]{1,3})(?:\\.([0-9]{1,3}))?\\s*%");

    public Share {
        if (part <= 0 || part > whole) {
            throw new IllegalArgumentException("%d of %d is no share".formatted(part, whole));
        }
    }

    /** As a person writes it, on the command line too; an {@link IllegalArgumentException} says what is wrong. */
    public static Share parse(String text) {
        Matcher fraction = FRACTION.matcher(text.strip());
        if (fraction.matches()) {
            return new Share(Long.parseLong(fraction.group(1)), Long.parseLong(fraction.group(2)));
        }
        Matcher percent = PERCENT.matcher(text.strip());
        if (percent.matches()) {
            String thousandths = percent.group(2) == null ? "" : percent.group(2);
            return new Share(
                    Long.parseLong(percent.group(1) + thousandths + "0".repeat(3 - thousandths.length())), 100_000);
        }
        throw new IllegalArgumentException("'%s' is no share".formatted(text));
    }

    static Share read(String text) throws BadValue {
        try {
            return parse(text);
        } catch (IllegalArgumentException e) {
            throw new BadValue("expects a share such as 1/30 or 3%, more than nothing and at most 100%");
        }
    }

    /** That share of an amount, rounded up: so many times as it goes into the whole, and all is covered. */
    public long of(long amount) {
        BigInteger[] parts = BigInteger.valueOf(amount)
                .multiply(BigInteger.valueOf(part))
                .divideAndRemainder(BigInteger.valueOf(whole));
        return parts[0].longValueExact() + (parts[1].signum() > 0 ? 1 : 0);
    }

    @Override
    public String toString() {
        return part + "/" + whole;
    }
}
