package dev.firn.config;

import com.typesafe.config.ConfigUtil;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds settings that a file spells out though it has set them before: in HOCON the last one silently wins, and who reads
 * the file sees the first. {@code key = ${?NAME}} after a value is the idiom for overriding it, and fine. The parser does
 * not tell of it, so that this reads the text again, which the parser has found valid.
 */
final class RepeatedKeys {

    private static final Pattern TOKEN = Pattern.compile(
            "\"\"\"[\\s\\S]*?\"\"\"+" // text of several lines
                    + "|\"(?:\\\\.|[^\"\\\\])*\"" // text
                    + "|(?:#|//)[^\\n]*" // comment
                    + "|\\$\\{[^}]*}|\\n|\\+=|[{}\\[\\]=:,]" // substitution, marks
                    + "|[^\\S\\n]+|[^\\s\"#/${}\\[\\]=:,+]+|."); // spaces, anything else

    private final List<Token> tokens = new ArrayList<>();
    private final Map<List<String>, Integer> lines = new HashMap<>();
    private final String file;
    private final Problems problems;
    private int next;

    private record Token(String text, int line) {

        boolean is(String... marks) {
            return List.of(marks).contains(text);
        }
    }

    private RepeatedKeys(String file, String content, Problems problems) {
        this.file = file;
        this.problems = problems;
        int line = 1;
        Matcher matcher = TOKEN.matcher(content);
        while (matcher.find()) {
            String text = matcher.group();
            if (!text.startsWith("#") && !text.startsWith("//")) {
                tokens.add(new Token(text, line));
            }
            line += (int) text.chars().filter(character -> character == '\n').count();
        }
    }

    static void report(Path path, Problems problems) {
        try {
            RepeatedKeys keys = new RepeatedKeys(path.toString(), Files.readString(path), problems);
            keys.section(List.of(), keys.skipSpaces() && keys.take("{"));
        } catch (IOException e) {
            problems.add(new Place(path.toString(), 0), "", "cannot be read as UTF-8");
        }
    }

    /** Reads fields up to the brace that closes the section, or to the end of the file. */
    private void section(List<String> path, boolean braces) {
        while (skipSeparators() && !(braces && take("}"))) {
            field(path);
        }
    }

    private void field(List<String> path) {
        int line = tokens.get(next).line();
        StringBuilder key = new StringBuilder();
        while (next < tokens.size() && !tokens.get(next).is("=", ":", "+=", "{", "\n", ",", "}")) {
            key.append(tokens.get(next++).text());
        }
        if (!skipSpaces() || !tokens.get(next).is("=", ":", "+=", "{")) {
            return; // an include
        }
        List<String> here = new ArrayList<>(path);
        here.addAll(ConfigUtil.splitPath(key.toString().strip()));
        boolean adds = take("+=");
        if (!adds && !tokens.get(next).is("{")) {
            next++;
        }
        value(here, line, adds);
    }

    private void value(List<String> path, int line, boolean adds) {
        boolean section = false;
        boolean literal = !adds;
        skipSpaces();
        while (next < tokens.size() && !tokens.get(next).is("\n", ",", "}", "]")) {
            if (take("{")) {
                section(path, true);
                section = true;
            } else if (take("[")) {
                list();
            } else {
                literal &= !tokens.get(next++).text().startsWith("${");
            }
        }
        if (!section) {
            Integer earlier = lines.put(path, line);
            if (earlier != null && literal) {
                problems.add(
                        new Place(file, line),
                        ConfigUtil.joinPath(path),
                        "was set on line %d already, and only one of the two can hold".formatted(earlier));
            }
        }
    }

    private void list() {
        for (int depth = 1; depth > 0 && next < tokens.size(); next++) {
            depth += tokens.get(next).is("[", "{") ? 1 : tokens.get(next).is("]", "}") ? -1 : 0;
        }
    }

    private boolean take(String mark) {
        boolean found = next < tokens.size() && tokens.get(next).is(mark);
        next += found ? 1 : 0;
        return found;
    }

    private boolean skipSpaces() {
        while (next < tokens.size() && tokens.get(next).text().isBlank()) {
            next++;
        }
        return next < tokens.size();
    }

    private boolean skipSeparators() {
        while (next < tokens.size()
                && (tokens.get(next).text().isBlank() || tokens.get(next).is(","))) {
            next++;
        }
        return next < tokens.size();
    }
}
