package dev.firn.config;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A configuration directory that a test fills. */
final class ConfDirectory {

    static final String DATABASE =
            "database { url = \"jdbc:postgresql://127.0.0.1:5432/app\", user = firn_archiver }\n";
    static final String LOCATION = "location { url = \"file:/var/lib/firn\" }\n";
    static final String TABLES = "tables { tsdb_default.messages { archive-after = 90d } }\n";

    private final Path root;
    private final Map<String, String> environment = new HashMap<>();
    private NamespaceRegistry registry = NamespaceRegistry.UNASKED;

    ConfDirectory(Path root) {
        this.root = root;
    }

    ConfDirectory with(String file, String... lines) {
        try {
            Path path = root.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, String.join("\n", lines) + "\n");
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ConfDirectory withVariable(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** What event stores list, from now on; each namespace is asked with the configuration of its template. */
    ConfDirectory withRegistry(NamespaceRegistry listing) {
        registry = listing;
        return this;
    }

    Configuration load() {
        return new ConfigurationFiles(root, environment, registry).all();
    }

    LiveConfiguration live() {
        return LiveConfiguration.read(root, environment, registry);
    }

    LiveConfiguration live(LiveConfiguration before) {
        return before.again(root, environment, registry);
    }

    Configuration namespace(String name) {
        return new ConfigurationFiles(root, environment, registry).only(name);
    }

    ConfigurationException failure() {
        return catchThrowableOfType(ConfigurationException.class, this::load);
    }

    /** The lines of the message that tell problems, with paths relative to the directory. */
    List<String> problems() {
        return problemsOf(failure());
    }

    List<String> problemsOf(ConfigurationException failure) {
        List<String> lines = new ArrayList<>(failure.getMessage().lines().toList());
        lines.remove(0);
        lines.remove(lines.size() - 1);
        return lines.stream().map(line -> line.replace(root + "/", "")).toList();
    }
}
