package dev.firn.store;

import dev.firn.FirnException.Category;
import dev.firn.store.StoreInspection.Answer.NotTold;
import dev.firn.store.StoreInspection.Answer.Told;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A directory: it has no rules of its own and the clock of this machine, but an end. */
final class DirectoryInspection implements StoreInspection {

    private final DirectorySettings settings;

    DirectoryInspection(DirectorySettings settings) {
        this.settings = settings;
    }

    @Override
    public String url() {
        return settings.url();
    }

    @Override
    public Reached reach() {
        Path directory = settings.directory();
        if (Files.isDirectory(directory)) {
            return new Reached(true, Optional.empty());
        }
        if (Files.exists(directory) || !Files.isWritable(directory.getParent())) {
            throw new StoreException(
                    Category.CONFIGURATION,
                    settings.url(),
                    "asking it for the first time: it is not there, and cannot be made; nothing was changed",
                    "make its parent, or mount it, and let the user that Firn runs as write there",
                    null);
        }
        return new Reached(false, Optional.empty());
    }

    @Override
    public Answer<List<LifecycleRule>> lifecycleRules() {
        return new Told<>(List.of());
    }

    @Override
    public Answer<Versioning> versioning() {
        return new NotTold<>("a directory has no versions");
    }

    @Override
    public OptionalLong freeBytes() {
        try {
            return OptionalLong.of(Files.getFileStore(settings.directory()).getUsableSpace());
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    @Override
    public void abortUpload(String key) {
        try (ObjectStore store = DirectoryStore.open(settings);
                Upload upload = store.create(key)) {
            upload.write(1);
        } catch (IOException e) {
            throw new StoreException(
                    Category.PASSING,
                    settings.url(),
                    "beginning an upload of '%s' and discarding it: %s; nothing of it is visible".formatted(key, e),
                    "look at free space and health of the file system",
                    e);
        }
    }

    @Override
    public void close() {
        // Nothing is kept open between calls.
    }
}
