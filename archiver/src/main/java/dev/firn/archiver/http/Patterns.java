package dev.firn.archiver.http;

/** What the looks are filled with, defined once for all time lines, and the legend. Colours are in the style sheet. */
final class Patterns {

    private static final int SIZE = 8;

    private Patterns() {}

    static void define(Html html) {
        html.open("svg", "class", "patterns", "width", "0", "height", "0", "aria-hidden", "true")
                .open("defs");
        for (Look look : Look.values()) {
            String size = Integer.toString(SIZE);
            html.open(
                    "pattern",
                    "id",
                    "p-" + look.style(),
                    "width",
                    size,
                    "height",
                    size,
                    "patternUnits",
                    "userSpaceOnUse");
            html.empty("rect", "class", "base " + look.style(), "width", size, "height", size);
            String ink = ink(look);
            if (!ink.isEmpty()) {
                html.empty("path", "class", "ink " + look.style(), "d", ink);
            }
            html.close();
        }
        html.close().close().line();
    }

    static void legend(Html html) {
        html.open("ul", "class", "legend", "aria-label", "What the colours mean");
        for (Look look : Look.values()) {
            html.open("li", "title", look.meaning());
            html.open("svg", "class", "swatch", "width", "28", "height", "20", "aria-hidden", "true")
                    .open("g", "class", "cell " + look.style())
                    .empty("rect", "width", "28", "height", "20", "fill", "url(#p-" + look.style() + ")")
                    .element("text", look.letter(), "x", "14", "y", "10")
                    .close()
                    .close();
            html.element("span", look.word()).close();
        }
        html.close().line();
    }

    private static String ink(Look look) {
        return switch (look) {
            case HOT, DROPPED -> "";
            case COMPRESSED -> "M0 2h8M0 6h8";
            case COPYING -> "M-2 10L10 -2M-6 6L6 -6M2 14L14 2";
            case FAILED -> "M0 0L8 8M8 0L0 8";
            case ARCHIVED -> "M1.5 2h1.5M5.5 6h1.5";
            case LATE_ROWS -> "M-2 -2L10 10M2 -6L14 6M-6 2L6 14";
            case RESTORED -> "M2 0v8M6 0v8";
            case EXPIRED -> "M0 4h8";
        };
    }
}
