package dev.firn.testing;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Spark in local mode with Hive's metastore, in a process of its own with none of Firn's libraries. Objects of the tests' S3
 * are the files that s3proxy keeps them in: {@code s3:} is mounted on its directory, so that no SDK is needed and the SQL is
 * executed as it is printed. The build in {@code src/test/spark} makes it ready, the profile {@code spark} says where.
 */
public final class SparkServer implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** As Spark's own scripts have them. */
    private static final List<String> OPENED = List.of(
            "java.base/java.lang",
            "java.base/java.lang.invoke",
            "java.base/java.lang.reflect",
            "java.base/java.io",
            "java.base/java.net",
            "java.base/java.nio",
            "java.base/java.util",
            "java.base/java.util.concurrent",
            "java.base/java.util.concurrent.atomic",
            "java.base/jdk.internal.ref",
            "java.base/sun.nio.ch",
            "java.base/sun.nio.cs",
            "java.base/sun.security.action",
            "java.base/sun.util.calendar",
            "java.security.jgss/sun.security.krb5");

    private final Process process;
    private final Writer statements;
    private final BufferedReader answers;
    private final Path log;

    private SparkServer(Process process, Path log) {
        this.process = process;
        this.statements = process.outputWriter(StandardCharsets.UTF_8);
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.log = log;
    }

    /**
     * Starts one; answers once it answers.
     *
     * @param objects the directory in which an S3 server keeps the objects of a bucket
     * @param prefix what of it Spark sees
     */
    public static SparkServer start(Path home, String bucket, Path objects, String prefix) {
        try {
            Path log = home.resolve("spark.log");
            Process process = new ProcessBuilder(command(home, bucket, objects, prefix))
                    .directory(home.toFile())
                    .redirectError(log.toFile())
                    .start();
            SparkServer server = new SparkServer(process, log);
            System.out.println("Spark " + server.read().get("version"));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException("Spark did not start", e);
        }
    }

    private static List<String> command(Path home, String bucket, Path objects, String prefix) {
        String spark = property("firn.spark");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx1g", "-XX:TieredStopAtLevel=1", "-Dfile.encoding=UTF-8"));
        // It compiles a class for each query, and the JVM would say on standard output when there is no more room.
        command.addAll(List.of("-XX:ReservedCodeCacheSize=240m", "-XX:+DisplayVMOutputToStderr"));
        OPENED.forEach(opened -> command.add("--add-opens=" + opened + "=ALL-UNNAMED"));
        List<String> settings = List.of(
                "spark.ui.enabled=false",
                "spark.log.level=WARN",
                "spark.driver.host=127.0.0.1",
                "spark.driver.bindAddress=127.0.0.1",
                "spark.sql.session.timeZone=UTC",
                "spark.sql.shuffle.partitions=2",
                "spark.sql.warehouse.dir=" + home.resolve("warehouse"),
                "spark.hadoop.javax.jdo.option.ConnectionURL=jdbc:derby:memory:metastore;create=true",
                "spark.hadoop.fs.s3.impl=org.apache.hadoop.fs.viewfs.ViewFileSystemOverloadScheme",
                "spark.hadoop.fs.viewfs.mounttable." + bucket + ".link./" + prefix + "="
                        + objects.resolve(prefix).toUri(),
                "derby.stream.error.file=" + home.resolve("derby.log"));
        settings.forEach(setting -> command.add("-D" + setting));
        command.addAll(List.of("-cp", spark + "/classes:" + spark + "/lib/*", "dev.firn.spark.SparkStatements"));
        return command;
    }

    private static String property(String name) {
        String value = System.getProperty(name, "");
        if (value.isEmpty()) {
            throw new IllegalStateException("-D%s is not set: run with -Pspark".formatted(name));
        }
        return value;
    }

    /** The rows of one statement, every value as text. */
    public List<List<String>> rows(String sql) throws SQLException {
        try {
            statements.write(JSON.writeValueAsString(sql));
            statements.write('\n');
            statements.flush();
            return JSON.convertValue(read().get("rows"), new TypeReference<>() {});
        } catch (IOException e) {
            throw new UncheckedIOException("Spark does not listen:\n" + output(), e);
        }
    }

    private Map<String, Object> read() throws IOException, SQLException {
        String line = answers.readLine();
        if (line == null) {
            throw new IllegalStateException("Spark has ended:\n" + output());
        }
        Map<String, Object> answer = JSON.readValue(line, new TypeReference<>() {});
        if (answer.containsKey("error")) {
            throw new SQLException(answer.get("error").toString());
        }
        return answer;
    }

    private String output() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The end of its input is the sign to stop. */
    @Override
    public void close() {
        try {
            statements.close();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
