package dev.firn.archiver.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.firn.archiver.http.ServiceView.Activity;
import dev.firn.testing.Chromium;
import dev.firn.testing.RequiresTimescale;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The page for people: what it says, and what a browser makes of it. */
@RequiresTimescale
class StatusPageIT {

    private static final List<String> STATES =
            List.of("hot", "compressed", "failed", "archived", "late-rows", "dropped", "restored");

    @TempDir
    private static Path home;

    private static EveryState given;

    @BeforeAll
    static void bringAChunkIntoEachState() throws SQLException {
        given = new EveryState(home);
    }

    @AfterAll
    static void close() throws SQLException {
        if (given != null) {
            given.close();
        }
    }

    @Test
    void drawsEachChunkAndSaysWhatItIs() throws Exception {
        Document page = parse(given.service.get("/").body());

        List<Element> cells = withClass(page.getDocumentElement(), "g", "cell");
        List<String> words = new ArrayList<>();
        for (Element cell : cells) {
            if (cell.hasAttribute("aria-label")) {
                words.add(cell.getAttribute("class").replace("cell ", "") + ": " + cell.getAttribute("aria-label"));
                assertThat(cell.getElementsByTagName("title").item(0).getTextContent())
                        .isEqualTo(cell.getAttribute("aria-label"));
            }
        }
        assertThat(words)
                .anyMatch(text -> text.matches("restored: 2024-01-04 to 2024-01-11: restored, kept until .* UTC, .*"))
                .anyMatch(text -> text.startsWith("late-rows: 2024-01-11 to 2024-01-18: archived, with late rows, due"))
                .anyMatch(text -> text.startsWith("dropped: 2024-01-18 to 2024-01-25: dropped, 300 rows in "))
                .anyMatch(text -> text.startsWith("archived: 2024-01-25 to 2024-02-01: archived, "))
                .anyMatch(text -> text.startsWith("failed: 2024-02-01 to 2024-02-08: compressed, due, "))
                .anyMatch(text -> text.startsWith("compressed: 2024-02-08 to 2024-02-15: compressed, due, "))
                .anyMatch(text -> text.startsWith("hot: "));
        assertThat(withClass(messages(page), "p", "summary").get(0).getTextContent())
                .isEqualTo(
                        "8 chunks: 1 hot, 2 compressed, 1 failed, 1 archived, 1 late rows, 1 on S3 only, 1 restored");
    }

    @Test
    void saysWhatFailedWhatToDoAboutItAndWhatComesNext() throws Exception {
        String text = parse(given.service.get("/").body()).getDocumentElement().getTextContent();

        assertThat(text)
                .contains("1 of 2 namespaces ready")
                .contains("broken not ready")
                .contains("connecting to jdbc:postgresql://127.0.0.1:1/gone as firn")
                .contains("HINT see that the database is up and can be reached from here")
                .contains("Last errors")
                .contains("max-value-size")
                .contains("looks for due chunks")
                .contains("1 of 4 threads at work");
    }

    @Test
    void saysWhatKeepsANamespaceFromWork() throws Exception {
        try {
            for (Activity.Kind kind : Activity.Kind.values()) {
                given.service.activity(new Activity(kind, "why it is " + kind));
                Element page = parse(given.service.get("/").body()).getDocumentElement();

                List<String> badges = withClass(page, "span", "badge idle").stream()
                        .map(Element::getTextContent)
                        .toList();
                if (kind == Activity.Kind.ACTIVE) {
                    assertThat(badges).isEmpty();
                } else {
                    assertThat(badges).containsOnly(kind.word());
                }
                assertThat(page.getTextContent()).contains("why it is " + kind);
            }
        } finally {
            given.service.activity(Activity.ACTIVE);
        }
    }

    @Test
    void showsWorkInProgressWhileItGoesOn() throws Exception {
        Document page = parse(given.pageWhileCopying.get());

        assertThat(page.getDocumentElement().getTextContent())
                .contains("In progress")
                .containsPattern("copying events.messages \\[2024-01-04, 2024-01-11\\)")
                .containsPattern("[1-9][0-9]* of 300 rows")
                .contains("rows/s");
        assertThat(page.getElementsByTagName("progress").getLength()).isPositive();
        assertThat(withClass(page.getDocumentElement(), "g", "cell copying"))
                .anyMatch(cell ->
                        cell.getAttribute("aria-label").startsWith("2024-01-04 to 2024-01-11: copying (compressed)"));
    }

    @Test
    void givesATableForWhoDoesNotSeeTheColours() throws Exception {
        Document page = parse(given.service.get("/").body());

        Element table = (Element) messages(page).getElementsByTagName("table").item(0);
        NodeList rows = table.getElementsByTagName("tr");
        assertThat(rows.getLength()).isEqualTo(1 + 8);
        assertThat(rows.item(8).getTextContent()).startsWith("2024-01-04").contains("restored, kept until");
        assertThat(table.getElementsByTagName("th").item(0).getTextContent()).isEqualTo("from");
    }

    @Test
    void takesNamesForTextAndNotForMarkup() throws Exception {
        String body = given.service.get("/").body();

        assertThat(body).doesNotContain(EveryState.HOSTILE).contains("&lt;script&gt;alert(1)&lt;/script&gt;");
        assertThat(parse(body).getElementsByTagName("script").getLength()).isZero();
        assertThat(body)
                .doesNotContainIgnoringCase("javascript")
                .doesNotContain("http://")
                .doesNotContain("https://");
    }

    @Test
    void loadsItselfAgainOnlyIfAskedTo() {
        assertThat(given.service.get("/").body()).doesNotContain("http-equiv").contains("?refresh=15");
        assertThat(given.service.get("/?refresh=15").body()).contains("<meta http-equiv=\"refresh\" content=\"15\"/>");
        assertThat(given.service.get("/?refresh=0%22onload=x").body()).doesNotContain("http-equiv");
    }

    @Test
    void aBrowserMakesOfItWhatWasMeant() throws Exception {
        Optional<Chromium> chromium = Chromium.find();
        assumeTrue(chromium.isPresent(), "no Chromium here: what a browser makes of the page is not looked at");

        String dom = chromium.get().dom(home, given.service.address());
        BufferedImage desktop = ImageIO.read(chromium.get()
                .screenshot(home, given.service.address(), 1280, 2400)
                .toFile());
        BufferedImage phone = ImageIO.read(chromium.get()
                .screenshot(home, given.service.address(), 390, 4000)
                .toFile());

        Matcher cells =
                Pattern.compile("<g class=\"cell ([a-z-]+)\" role=\"listitem\"").matcher(dom);
        Set<String> drawn = new TreeSet<>();
        while (cells.find()) {
            drawn.add(cells.group(1));
        }
        assertThat(drawn).containsExactlyInAnyOrderElementsOf(STATES);
        assertThat(dom).doesNotContain("<script").contains("&lt;script&gt;alert(1)&lt;/script&gt;");
        // Painted in the colours of the style sheet, which the page's own security policy let in.
        for (int colour : List.of(0xd55e00, 0xe8ab2e, 0x7cc6f0, 0xcc79a7, 0x0a68a8, 0x17a67d)) {
            assertThat(pixels(desktop, colour)).as("#%06x on a desktop", colour).isGreaterThan(60);
            assertThat(pixels(phone, colour)).as("#%06x on a phone", colour).isGreaterThan(20);
        }
    }

    private static long pixels(BufferedImage image, int colour) {
        long found = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                if ((image.getRGB(x, y) & 0xffffff) == colour) {
                    found++;
                }
            }
        }
        return found;
    }

    /** As XML, which is stricter than any browser. */
    private static Document parse(String html) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
        return factory.newDocumentBuilder().parse(new ByteArrayInputStream(html.getBytes(StandardCharsets.UTF_8)));
    }

    /** The part of the table that has a chunk in each state. */
    private static Element messages(Document page) {
        return withClass(page.getDocumentElement(), "article", "table").stream()
                .filter(article -> article.getElementsByTagName("h3")
                        .item(0)
                        .getTextContent()
                        .equals("events.messages"))
                .findFirst()
                .orElseThrow();
    }

    private static List<Element> withClass(Element page, String tag, String start) {
        List<Element> found = new ArrayList<>();
        NodeList all = page.getElementsByTagName(tag);
        for (int i = 0; i < all.getLength(); i++) {
            Element element = (Element) all.item(i);
            if (element.getAttribute("class").startsWith(start)) {
                found.add(element);
            }
        }
        return found;
    }
}
