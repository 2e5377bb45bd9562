package dev.firn.archiver.http;

import dev.firn.FirnException;

/** Something that is wrong, and what to do about it. */
final class Problems {

    private Problems() {}

    static void draw(Html html, String kind, String title, FirnException failure) {
        draw(html, kind, title, failure.where() + ": " + failure.what(), failure.hint());
    }

    /** @param hint empty for none */
    static void draw(Html html, String kind, String title, String what, String hint) {
        html.open("div", "class", "note " + kind)
                .open("p")
                .element("strong", title)
                .text(" " + what)
                .close();
        if (!hint.isEmpty()) {
            html.open("p", "class", "hint")
                    .element("b", "HINT")
                    .text(" " + hint)
                    .close();
        }
        html.close().line();
    }
}
