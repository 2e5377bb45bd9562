package dev.firn.testing;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A PostgreSQL with TimescaleDB installed on this machine: the folder of its programs. */
record LocalInstallation(Path programs) {

    static Optional<LocalInstallation> withTimescale() {
        return candidates().stream()
                .filter(folder -> Files.isExecutable(folder.resolve("initdb")))
                .filter(folder -> Files.isExecutable(folder.resolve("pg_ctl")))
                .filter(LocalInstallation::hasTimescale)
                .findFirst()
                .map(LocalInstallation::new);
    }

    private static List<Path> candidates() {
        List<Path> found = new ArrayList<>();
        output("pg_config", "--bindir").map(Path::of).ifPresent(found::add);
        found.addAll(children(Path.of("/usr/lib/postgresql"), "*"));
        found.addAll(children(Path.of("/usr"), "pgsql-*"));
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(entry -> !entry.isBlank())
                .map(Path::of)
                .forEach(found::add);
        return found;
    }

    private static List<Path> children(Path folder, String glob) {
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> versions = Files.newDirectoryStream(folder, glob)) {
                versions.forEach(version -> found.add(version.resolve("bin")));
            } catch (IOException e) {
                return List.of(); // a folder that cannot be listed holds nothing for us
            }
        }
        found.sort(Comparator.reverseOrder());
        return found;
    }

    private static boolean hasTimescale(Path programs) {
        List<Path> shares = new ArrayList<>();
        output(programs.resolve("pg_config").toString(), "--sharedir")
                .map(Path::of)
                .ifPresent(shares::add);
        Path version = programs.getParent();
        shares.add(version.resolve("share"));
        shares.add(Path.of("/usr/share/postgresql").resolve(version.getFileName()));
        return shares.stream().anyMatch(share -> Files.exists(share.resolve("extension/timescaledb.control")));
    }

    private static Optional<String> output(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.waitFor() == 0 && !text.isEmpty() ? Optional.of(text) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // not installed
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
