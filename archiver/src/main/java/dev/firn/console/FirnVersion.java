package dev.firn.console;

import picocli.CommandLine.IVersionProvider;

/** The version for {@code --version}, from the jar's manifest. */
public final class FirnVersion implements IVersionProvider {

    @Override
    public String[] getVersion() {
        return new String[] {"Firn " + dev.firn.Version.text()};
    }
}
