package dev.firn.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigOrigin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What the HOCON parser complains of, in our own words: its messages repeat the text they stumbled over, which may be a
 * password.
 */
final class SyntaxProblem {

    private static final String OTHERWISE = "is not valid HOCON here";

    /** Fragment of the parser's message to our words; the first that is found counts. */
    private static final List<Map.Entry<String, String>> WORDS = List.of(
            Map.entry("cycle in your includes", "files include each other in a circle"),
            Map.entry("triple-quoted string was still open", "a text that starts with \"\"\" is not closed"),
            Map.entry("string quote was still open", "a text in double quotes is not closed"),
            Map.entry("unescaped newline", "a text in double quotes must end on its line"),
            Map.entry("Substitution ${", "a substitution is not closed: write ${?NAME}"),
            Map.entry("escape sequence", "a backslash within double quotes must be written twice"),
            Map.entry("unbalanced close brace", "a } closes nothing"),
            Map.entry("close brace } or a comma, got end of file", "a { is not closed before the file ends"),
            Map.entry("instead had token: end of file", "a [ is not closed before the file ends"),
            Map.entry("here, not: end of file", "a { is not closed before the file ends"),
            Map.entry("file root", "the file must hold settings, not a list"),
            Map.entry("Cannot concatenate", "a list or section cannot be joined with what stands beside it"),
            Map.entry("cycle of substitutions", "substitutions lead in a circle"),
            Map.entry("List should have ended", "a [ is not closed, or an element of the list needs double quotes"),
            Map.entry("adjacent period", "a key has a period too many"),
            Map.entry("got wrong token", "a value is missing here, or needs double quotes"),
            Map.entry("or a comma, got '='", "a second =: the value before it is missing, or needs double quotes"),
            Map.entry(
                    "may not be followed by",
                    "what stands here cannot follow the key before it, on this line or further up: a key needs = and a"
                            + " value, or a section { … }"),
            Map.entry(
                    "got ",
                    OTHERWISE
                            + "; a value that holds any of : = , + # / $ { } [ ] ! @ & ? * ^ ` \\ needs double quotes,"
                            + " as all URLs do"));

    private SyntaxProblem() {}

    static void add(ConfigException failure, Path path, Problems problems) {
        ConfigOrigin origin = failure.origin();
        if (failure instanceof ConfigException.IO) {
            addUnread(path, origin == null ? "" : origin.description(), problems);
            return;
        }
        boolean placed = origin != null && origin.filename() != null && origin.lineNumber() > 0;
        Place place = placed ? new Place(origin.filename(), origin.lineNumber()) : new Place(path.toString(), 0);
        problems.add(place, "", words(failure));
    }

    private static String words(ConfigException failure) {
        String message = String.valueOf(failure.getMessage());
        return WORDS.stream()
                .filter(word -> message.contains(word.getKey()))
                .findFirst()
                .map(Map.Entry::getValue)
                .orElse(OTHERWISE);
    }

    private static void addUnread(Path path, String unread, Problems problems) {
        Place whole = new Place(path.toString(), 0);
        if (Files.notExists(path)) {
            problems.add(whole, "", "does not exist");
        } else if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
            problems.add(whole, "", "is no file, or may not be read by this user");
        } else {
            Place include = new Place(path.toString(), lineOfInclude(path, unread));
            problems.add(include, "", "includes a file that cannot be read: " + unread);
        }
    }

    /** The parser does not say on which line it met an include. */
    private static int lineOfInclude(Path path, String unread) {
        Path name = Path.of(unread).getFileName();
        try {
            List<String> lines = Files.readAllLines(path);
            for (int index = 0; index < lines.size(); index++) {
                String line = lines.get(index);
                if (line.contains("include") && name != null && line.contains(name.toString())) {
                    return index + 1;
                }
            }
        } catch (IOException e) {
            return 0;
        }
        return 0;
    }
}
