package dev.firn.archive;

import dev.firn.TimeRange;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * One try to copy a range. Its id starts with the generation that it is for, settled before the first row is exported: a
 * worker that sleeps while another one archives and drops the chunk cannot wake up and publish the same rows again as a
 * later generation.
 *
 * @param id generation, {@code -}, and random letters and digits
 */
public record Attempt(TimeRange range, String id) {

    static final String ID_SHAPE = "[1-9][0-9]{0,8}-[0-9a-z]{8,40}";
    private static final Pattern ID = Pattern.compile(ID_SHAPE);

    public Attempt {
        Objects.requireNonNull(range, "range");
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("'%s' is not the id of an attempt".formatted(id));
        }
    }

    /**
     * A new one.
     *
     * @param random made for this attempt alone: 8 to 40 small letters and digits
     */
    public static Attempt of(TimeRange range, int generation, String random) {
        return new Attempt(range, generation + "-" + random);
    }

    /** The generation that its manifest will have, or none at all. */
    public int generation() {
        return generationOf(id);
    }

    static int generationOf(String id) {
        return Integer.parseInt(id.substring(0, id.indexOf('-')));
    }
}
