package dev.firn.archiver.http;

import dev.firn.archiver.http.ServiceView.InProgress;
import dev.firn.console.Human;
import dev.firn.lifecycle.Progress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What is in progress, with how far it is. */
final class WorkList {

    private final Html html;
    private final Instant now;

    WorkList(Html html, Instant now) {
        this.html = html;
        this.now = now;
    }

    static String word(Progress.Work work) {
        return switch (work) {
            case COPY -> "copying";
            case LOAD -> "coming back";
            case COMPARE -> "comparing";
            case PROOF -> "proving";
            case SCRUB -> "scrubbing";
        };
    }

    void draw(List<InProgress> all) {
        if (all.isEmpty()) {
            return;
        }
        html.element("h3", "In progress").open("ul", "class", "work");
        all.forEach(this::draw);
        html.close().line();
    }

    private void draw(InProgress work) {
        String what = "%s %s %s".formatted(word(work.what()), work.table(), work.range());
        html.open("li").element("span", what, "class", "what");
        if (work.expectedRows() > 0) {
            long percent = Math.min(100, work.rows() * 100 / work.expectedRows());
            html.element("progress", percent + " %", "max", "100", "value", Long.toString(percent), "aria-label", what);
        }
        html.element("span", String.join(" · ", parts(work)), "class", "quiet").close();
    }

    private List<String> parts(InProgress work) {
        Pace pace = Pace.of(work, now);
        List<String> parts = new ArrayList<>();
        parts.add(Human.count(work.rows())
                + (work.expectedRows() > 0 ? " of " + Human.count(work.expectedRows()) : "")
                + " rows");
        parts.add(Human.bytes(work.bytes()));
        parts.add("%s rows/s".formatted(Human.count(Math.round(pace.rowsPerSecond()))));
        parts.add(pace.left()
                .map(left -> Moments.duration(left) + " left")
                .orElseGet(() -> "for " + Moments.duration(java.time.Duration.between(work.since(), now))));
        return parts;
    }
}
