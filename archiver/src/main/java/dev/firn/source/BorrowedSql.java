package dev.firn.source;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A piece of SQL that came with a manifest, and so from outside: a default, a check, the definition of an index. Taken
 * apart into words, so that it can be put into a statement where an expression stands and be nothing but that: it closes
 * only what it opens, ends no statement, hides nothing in comments, and names the functions that it calls.
 */
record BorrowedSql(String where, String text, List<Token> tokens) {

    /** Longer ones are cut by PostgreSQL, and mean another thing then. */
    private static final int MOST_BYTES_OF_A_NAME = 63;

    /** What a piece of SQL consists of. */
    enum Kind {
        WORD,
        QUOTED,
        STRING,
        SYMBOL
    }

    /**
     * One of its words.
     *
     * @param text of names as the catalogue has them, of strings what they say, of all else as it stands there
     * @param depth of the brackets around it
     * @param end where the rest begins
     */
    record Token(Kind kind, String text, int depth, int end) {

        boolean is(String keyword) {
            return kind == Kind.WORD && text.equalsIgnoreCase(keyword);
        }

        boolean isSymbol(String symbol) {
            return kind == Kind.SYMBOL && text.equals(symbol);
        }

        boolean isName() {
            return kind == Kind.WORD || kind == Kind.QUOTED;
        }
    }

    /**
     * Takes it apart.
     *
     * @param where what it belongs to, for messages
     * @throws FirnException of category REFUSED when it is more than an expression
     */
    static BorrowedSql of(String where, String text) {
        List<Token> tokens = new ArrayList<>();
        new Lexer(where, text, tokens).run();
        return new BorrowedSql(where, text, List.copyOf(tokens));
    }

    /** Names of all functions that it may call, as the catalogue spells them, whatever their schema. */
    Set<String> calls() {
        Set<String> calls = new TreeSet<>();
        for (int i = 0; i + 1 < tokens.size(); i++) {
            if (tokens.get(i).isName() && tokens.get(i + 1).isSymbol("(")) {
                calls.add(tokens.get(i).text());
            }
        }
        return calls;
    }

    /** Refuses a comma outside of all brackets: behind it another clause of the statement would begin. */
    BorrowedSql requireOneClause() {
        if (tokens.stream().anyMatch(token -> token.depth() == 0 && token.isSymbol(","))) {
            throw refuse(where, text, "it goes on behind its end");
        }
        return this;
    }

    /** From the token with this number on. */
    String from(int token) {
        return text.substring(tokens.get(token - 1).end());
    }

    static FirnException refuse(String where, String text, String why) {
        String shown = text.length() > 300 ? text.substring(0, 300) + "…" : text;
        return new FirnException(
                Category.REFUSED,
                where,
                "creating the table from its manifest: %s (%s); nothing was created".formatted(why, shown),
                "the manifest was not written so: see who can write to the archive; or create the table yourself, and run"
                        + " this without --create");
    }

    /** Reads it once, as PostgreSQL's own scanner would with standard_conforming_strings on. */
    private static final class Lexer {

        private final String where;
        private final String text;
        private final List<Token> tokens;
        private final StringBuilder open = new StringBuilder();
        private int at;

        Lexer(String where, String text, List<Token> tokens) {
            this.where = where;
            this.text = text;
            this.tokens = tokens;
        }

        void run() {
            while (at < text.length()) {
                char next = text.charAt(at);
                if (" \t\n\r\f\u000b".indexOf(next) >= 0) {
                    at++;
                } else if (next == '\'') {
                    string(false);
                } else if (next == '"') {
                    add(Kind.QUOTED, delimited('"', false));
                } else if (isPartOfWord(next) && !(next >= '0' && next <= '9')) {
                    word();
                } else {
                    symbol(next);
                }
            }
            if (!open.isEmpty()) {
                throw refuse(where, text, "a bracket is not closed");
            }
        }

        private void word() {
            int start = at;
            while (at < text.length() && isPartOfWord(text.charAt(at))) {
                at++;
            }
            String word = text.substring(start, at);
            boolean beforeString = at < text.length() && text.charAt(at) == '\'';
            if (beforeString && word.length() == 1) {
                string(word.equalsIgnoreCase("e"));
            } else if (beforeString
                    || word.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES_OF_A_NAME
                    || (word.equalsIgnoreCase("u") && text.startsWith("&", at))) {
                throw refuse(where, text, "it spells something in a way that Firn does not read");
            } else {
                add(Kind.WORD, folded(word));
            }
        }

        /** As PostgreSQL folds names: nothing but the letters of ASCII. */
        private static String folded(String word) {
            StringBuilder folded = new StringBuilder(word);
            for (int i = 0; i < folded.length(); i++) {
                char c = folded.charAt(i);
                if (c >= 'A' && c <= 'Z') {
                    folded.setCharAt(i, (char) (c + ('a' - 'A')));
                }
            }
            return folded.toString();
        }

        private static boolean isPartOfWord(char c) {
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            return letter || (c >= '0' && c <= '9') || c == '_' || c >= 0x80;
        }

        private void string(boolean backslashes) {
            add(Kind.STRING, delimited('\'', backslashes));
        }

        private String delimited(char quote, boolean backslashes) {
            StringBuilder content = new StringBuilder();
            for (at++; at < text.length(); at++) {
                char c = text.charAt(at);
                if (c == quote && at + 1 < text.length() && text.charAt(at + 1) == quote) {
                    at++;
                } else if (c == quote) {
                    at++;
                    return content.toString();
                } else if (c == '\\' && backslashes && at + 1 < text.length()) {
                    at++;
                }
                content.append(text.charAt(at));
            }
            throw refuse(where, text, "a quote is not closed");
        }

        private void symbol(char c) {
            if (c == ';'
                    || c == '$'
                    || c == '\\'
                    || c == '\0'
                    || text.startsWith("--", at)
                    || text.startsWith("/*", at)) {
                throw refuse(where, text, "'%s' has no place in an expression".formatted(c));
            }
            at++;
            if (c == '(' || c == '[') {
                add(Kind.SYMBOL, String.valueOf(c));
                open.append(c);
                return;
            }
            if (c == ')' || c == ']') {
                char opened = c == ')' ? '(' : '[';
                if (open.isEmpty() || open.charAt(open.length() - 1) != opened) {
                    throw refuse(where, text, "a bracket is closed that it did not open");
                }
                open.setLength(open.length() - 1);
            }
            add(Kind.SYMBOL, String.valueOf(c));
        }

        private void add(Kind kind, String content) {
            tokens.add(new Token(kind, content, open.length(), at));
        }
    }
}
