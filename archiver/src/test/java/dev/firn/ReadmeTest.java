package dev.firn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.archiver.Main;
import dev.firn.config.Age;
import dev.firn.config.Configuration;
import dev.firn.lifecycle.Surroundings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the README shows must work as it stands there. */
class ReadmeTest {

    private static final Path README = Path.of("..", "README.md");

    @Test
    void itsConfigurationLoads(@TempDir Path conf) throws IOException {
        Matcher block = Pattern.compile("```hocon\\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(README));
        assertThat(block.find()).isTrue();
        Files.createDirectories(conf.resolve("namespaces"));
        Files.writeString(conf.resolve("namespaces").resolve("default.conf"), block.group(1));

        Configuration configuration = Configuration.load(conf, Map.of("FIRN_DEFAULT_PASSWORD", "not a real one"));

        assertThat(configuration
                        .namespace("default")
                        .table(new TableName("tsdb_default", "messages"))
                        .dropAfter())
                .isEqualTo(new Age.OfTime(Duration.ofDays(180)));
        assertThat(block.group(1).lines()).hasSizeLessThanOrEqualTo(10);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "init",
                "plan",
                "run",
                "status",
                "doctor",
                "scrub",
                "expire",
                "janitor",
                "catalog rebuild",
                "serve",
                "pause",
                "resume",
                "athena ddl",
                "athena sync"
            })
    void itsCommandsAreThoseOfTheProgram(String command) throws IOException {
        StringWriter out = new StringWriter();
        PrintWriter printer = new PrintWriter(out, true);
        String[] arguments = (command + " --help").split(" ");

        int exitCode = Main.run(Surroundings.real(), printer, printer, arguments);

        assertThat(exitCode).isZero();
        assertThat(Files.readString(README)).contains("archiver " + command + " ");
        assertThat(out.toString()).contains("archiver " + command);
    }
}
