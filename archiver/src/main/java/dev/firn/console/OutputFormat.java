package dev.firn.console;

import picocli.CommandLine.Option;

/** For people, or for programs. */
public final class OutputFormat {

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    public boolean json() {
        return json;
    }
}
