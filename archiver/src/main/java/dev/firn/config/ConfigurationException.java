package dev.firn.config;

import dev.firn.FirnException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Everything that is wrong with the configuration, one problem per line. Nothing was started. */
public final class ConfigurationException extends FirnException {

    private static final long serialVersionUID = 1;

    private static final String HINT = "correct these lines and try again; REFERENCE.md, in the directory conf that is"
            + " shipped with Firn, describes every key";

    private final List<Problem> problems;

    ConfigurationException(Path confDirectory, List<Problem> problems) {
        super(Category.CONFIGURATION, confDirectory.toString(), summary(problems), HINT);
        this.problems = List.copyOf(problems);
    }

    public List<Problem> problems() {
        return problems;
    }

    /** Unlike that of other failures it has a line of its own for each problem. */
    @Override
    public String getMessage() {
        String lines = problems.stream().map(Problem::toString).collect(Collectors.joining("\n"));
        return where() + ": " + what() + "\n" + lines + "\nHINT: " + hint();
    }

    private static String summary(List<Problem> problems) {
        String count = problems.size() == 1 ? "1 problem" : problems.size() + " problems";
        return "reading the configuration found " + count + "; nothing was started";
    }
}
