package dev.firn.rehydrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.lifecycle.Surroundings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the README shows of this program must work as it stands there. */
class RehydrateReadmeTest {

    @Test
    void itsOptionsAreThoseOfTheProgram() throws IOException {
        StringWriter out = new StringWriter();
        PrintWriter printer = new PrintWriter(out, true);

        assertThat(Main.run(Surroundings.real(), printer, printer, "--help")).isZero();
        assertThat(Files.readString(Path.of("..", "README.md")))
                .contains("rehydrate default tsdb_default.messages --from 2024-12-01 --to 2024-12-15");
        assertThat(Files.readString(Path.of("..", "README.md"))).contains("--into table old --where stream_name=");
        assertThat(out.toString()).contains("--from").contains("--to").contains("--keep");
        assertThat(out.toString())
                .contains("--into=table NAME")
                .contains("--where=COLUMN=VALUE")
                .contains("--dry-run");
    }

    @ParameterizedTest
    @ValueSource(strings = {"list", "cat", "release"})
    void itsCommandsAreThoseOfTheProgram(String command) throws IOException {
        StringWriter out = new StringWriter();
        PrintWriter printer = new PrintWriter(out, true);

        int exitCode = Main.run(Surroundings.real(), printer, printer, command, "--help");

        assertThat(exitCode).isZero();
        assertThat(Files.readString(Path.of("..", "README.md"))).contains("rehydrate " + command + " default");
        assertThat(out.toString()).contains("rehydrate " + command);
    }
}
