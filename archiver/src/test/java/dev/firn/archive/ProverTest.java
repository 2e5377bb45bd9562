package dev.firn.archive;

import dev.firn.store.DirectorySettings;
import dev.firn.store.ObjectStore;
import dev.firn.store.Stores;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class ProverTest extends ProverContract {

    @TempDir
    private Path directory;

    @Override
    ObjectStore open() {
        return Stores.open(new DirectorySettings(directory));
    }
}
