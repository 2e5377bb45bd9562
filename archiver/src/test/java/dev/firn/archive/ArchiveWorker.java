package dev.firn.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.firn.FaultPoints;
import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.parquet.WrittenFile;
import dev.firn.store.ObjectStore;
import dev.firn.store.Upload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Goes the way of a chunk through the archive, as the program does, with files of a few bytes. */
final class ArchiveWorker {

    static final Instant LATER = Instant.parse("2200-01-01T00:00:00Z");

    private final ObjectStore store;
    private final String name;
    private final FaultPoints faults;
    private final Archive archive;

    ArchiveWorker(ObjectStore store, String name, FaultPoints faults) {
        this.store = store;
        this.name = name;
        this.faults = faults;
        this.archive = new Archive(store, Samples.LAYOUT, faults);
    }

    Archive archive() {
        return archive;
    }

    /** Copies the range, as a replacement of what is live if anything is, and promotes the copy if it won. */
    Optional<Manifest> copy(String content, String... supersedes) {
        Attempt attempt = archive.begin(Samples.WEEK, name);
        faults.reached("test.export");
        List<WrittenFile> files = upload(attempt, content);
        faults.reached("test.prove");
        Manifest manifest = Samples.manifest(attempt, files, supersedes);
        Publication outcome = archive.publish(Samples.proof(files), manifest);
        if (outcome instanceof Publication.Lost) {
            archive.cleaner().discardAttempt(attempt);
            return Optional.empty();
        }
        finish(manifest);
        return Optional.of(manifest);
    }

    void finish(Manifest manifest) {
        Promoted promoted = archive.promote(manifest);
        archive.cleaner().dropIncoming(promoted);
        archive.cleaner().superseded().forEach(old -> archive.cleaner().retire(old, LATER));
    }

    /** What a run does that finds whatever another one left. */
    void run(String content) {
        if (archive.live().isEmpty()) {
            copy(content);
        }
        archive.live().forEach(manifest -> {
            if (archive.presence(manifest) == Presence.BROKEN) {
                copy(content, manifest.key());
            } else {
                finish(manifest);
            }
        });
        for (AttemptFiles left : archive.cleaner().attempts(Samples.WEEK.kind())) {
            archive.cleaner().discardAttempt(left.attempt());
        }
    }

    List<WrittenFile> upload(Attempt attempt, String content) {
        List<WrittenFile> files = new ArrayList<>();
        for (int part = 0; part < 2; part++) {
            byte[] bytes = (content + " part " + part).getBytes(UTF_8);
            WrittenFile file = Samples.file(attempt, part, bytes, 5 + part);
            try (Upload upload = store.create(file.key())) {
                upload.write(bytes);
                faults.reached("test.upload");
                upload.commit();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            files.add(file);
        }
        return files;
    }

    /** What a test throws at a fault point in place of killing the program. */
    static final class Killed extends FirnException {

        private static final long serialVersionUID = 1;

        Killed(String point) {
            super(Category.PASSING, point, "killed", "start again");
        }
    }
}
