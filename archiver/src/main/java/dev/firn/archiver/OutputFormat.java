package dev.firn.archiver;

import picocli.CommandLine.Option;

/** For people, or for programs. */
final class OutputFormat {

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    boolean json() {
        return json;
    }
}
