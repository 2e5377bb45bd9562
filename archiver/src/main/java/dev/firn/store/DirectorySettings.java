package dev.firn.store;

import java.nio.file.Path;

/**
 * A directory as a store ({@code file:}).
 *
 * @param directory absolute; made when it is missing, but its parent must be there. The file system must know hard links,
 *     which is how one of several writers wins a key
 */
public record DirectorySettings(Path directory) implements StoreSettings {

    public DirectorySettings {
        if (!directory.isAbsolute()) {
            throw new IllegalArgumentException("'%s' is not an absolute path".formatted(directory));
        }
        directory = directory.normalize();
    }

    @Override
    public String url() {
        return "file:" + directory;
    }

    @Override
    public long largestObjectBytes() {
        return Long.MAX_VALUE;
    }
}
