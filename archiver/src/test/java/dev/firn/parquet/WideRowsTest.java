package dev.firn.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a heap of 512 MB has to carry, tried in a JVM that has no more. */
class WideRowsTest {

    @TempDir
    private Path folder;

    @Test
    void carriesMoreLargeValuesThanFitThroughASmallHeap() throws IOException, InterruptedException {
        assertThat(runWideRows("80", "8")).isEqualTo(0);
    }

    @Test
    void carriesTheLargestValuesThroughASmallHeap() throws IOException, InterruptedException {
        assertThat(runWideRows("18", "32")).isEqualTo(0);
    }

    private int runWideRows(String rows, String megabytes) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WideRows.class.getName(),
                        folder.toString(),
                        rows,
                        megabytes))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
            assertThat(Files.readString(output)).endsWith("all came back\n");
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }
}
