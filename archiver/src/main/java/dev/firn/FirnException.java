package dev.firn;

import java.util.Comparator;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A failure told the way whoever is on call needs it: what was being done to what, what is now true of the data, and
 * what to do next. Its message is one line, followed by a line that starts with {@code HINT:}.
 */
public class FirnException extends RuntimeException {

    /** What kind of failure it is: decides the exit code, and whether trying again can help. */
    public enum Category {
        /** The configuration or the command line is wrong; nothing was started. */
        CONFIGURATION(2, false),
        /** Firn understood and declined: a guard, an identity that does not match, an unsupported table. */
        REFUSED(3, false),
        /** The database, the store or another program was in the way; the next run may succeed. */
        PASSING(4, true),
        /** Data did not prove equal, or cannot be represented; a person has to look. */
        DATA(5, false);

        private final int exitCode;
        private final boolean worthRetrying;

        Category(int exitCode, boolean worthRetrying) {
            this.exitCode = exitCode;
            this.worthRetrying = worthRetrying;
        }

        public int exitCode() {
            return exitCode;
        }

        public boolean worthRetrying() {
            return worthRetrying;
        }
    }

    /** Least what trying again may end: what a person has to do first is not to be hidden by it. */
    private static final Comparator<Category> GRAVITY = Comparator.comparing(
                    (Category category) -> !category.worthRetrying())
            .thenComparing(Comparator.naturalOrder());

    private static final long serialVersionUID = 1;

    private final Category category;
    private final String where;
    private final String what;
    private final String hint;

    /**
     * @param where the thing concerned: {@code namespace/schema.table [range)} as far as it is known
     * @param what what was being done, what went wrong, and what is now true of the data, in one sentence or two
     * @param hint what whoever is on call should do
     */
    public FirnException(Category category, String where, String what, String hint, Throwable cause) {
        super(oneLine(where + ": " + what) + "\nHINT: " + oneLine(hint), cause);
        this.category = Objects.requireNonNull(category, "category");
        this.where = where;
        this.what = what;
        this.hint = hint;
    }

    public FirnException(Category category, String where, String what, String hint) {
        this(category, where, what, hint, null);
    }

    public Category category() {
        return category;
    }

    public String where() {
        return where;
    }

    public String what() {
        return what;
    }

    public String hint() {
        return hint;
    }

    /** What a program answers to whoever started it: that of the gravest of these failures, or 0 where there is none. */
    public static int exitCode(Stream<FirnException> failures) {
        return failures.map(FirnException::category)
                .max(GRAVITY)
                .map(Category::exitCode)
                .orElse(0);
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s*\\R\\s*", " ").strip();
    }
}
