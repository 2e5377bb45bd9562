package dev.firn.store;

import dev.firn.FirnException.Category;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A directory that keeps the promises of an object store: objects appear whole or not at all, one of several writers
 * wins, and what was answered is on the disk.
 */
final class DirectoryStore implements ObjectStore {

    private static final int MAX_SMALL_BYTES = 16 << 20;
    private static final String STORAGE_CLASS = "STANDARD";

    private final DirectoryTree tree;
    private final DirectoryReader reader;
    private final DirectoryLock lock;

    private DirectoryStore(DirectoryTree tree) {
        this.tree = tree;
        this.reader = new DirectoryReader(tree);
        this.lock = new DirectoryLock(tree.root());
    }

    static DirectoryStore open(DirectorySettings settings) {
        Path directory = settings.directory();
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectory(directory);
            }
            return new DirectoryStore(new DirectoryTree(directory.toRealPath(), settings.url()));
        } catch (IOException e) {
            throw new StoreException(
                    Category.CONFIGURATION,
                    settings.url(),
                    "opening the directory: %s; nothing was written".formatted(e),
                    "make its parent, or mount it, and let the user that Firn runs as write there",
                    e);
        }
    }

    @Override
    public String url() {
        return tree.url();
    }

    @Override
    public Upload create(String key) {
        return new DirectoryUpload(tree, key);
    }

    @Override
    public boolean putIfAbsent(String key, byte[] content) {
        Path path = tree.resolve(key);
        if (attributes(path).isPresent()) {
            makeDurable(path, "writing '%s', which is there".formatted(key));
            return false;
        }
        try (DirectoryUpload upload = new DirectoryUpload(tree, key)) {
            upload.write(content, 0, content.length);
            return upload.commitIfAbsent();
        } catch (IOException e) {
            throw tree.failure("writing '%s'".formatted(key), e);
        }
    }

    @Override
    public Optional<Versioned> get(String key) {
        Path path = tree.resolve(key);
        try (InputStream in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
            byte[] content = in.readNBytes(MAX_SMALL_BYTES + 1);
            if (content.length > MAX_SMALL_BYTES) {
                throw tooLarge(tree.url(), key);
            }
            DirectoryTree.sync(path.getParent());
            return Optional.of(new Versioned(content, Content.of(content).sha256()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                return Optional.empty();
            }
            throw tree.failure("reading '%s'; nothing was changed".formatted(key), e);
        }
    }

    static StoreException tooLarge(String url, String key) {
        return new StoreException(
                Category.DATA,
                url,
                "reading '%s' whole: it is larger than %d bytes".formatted(key, MAX_SMALL_BYTES),
                "Firn did not write it: find out who did; nothing was changed",
                null);
    }

    @Override
    public boolean replace(String key, byte[] content, String expectedVersion) {
        tree.resolve(key);
        try {
            return lock.holding(() -> {
                Optional<Versioned> current = get(key);
                if (current.isEmpty() || !current.get().version().equals(expectedVersion)) {
                    return false;
                }
                try (DirectoryUpload upload = new DirectoryUpload(tree, key)) {
                    upload.write(content, 0, content.length);
                    upload.commitInPlace();
                }
                return true;
            });
        } catch (IOException e) {
            throw tree.failure("replacing '%s'".formatted(key), e);
        }
    }

    @Override
    public Optional<ObjectInfo> head(String key) {
        return attributes(tree.resolve(key)).map(found -> info(key, found));
    }

    private Optional<BasicFileAttributes> attributes(Path path) {
        try {
            return Optional.of(Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS))
                    .filter(BasicFileAttributes::isRegularFile);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            if (path.getParent() != null && Files.isRegularFile(path.getParent(), LinkOption.NOFOLLOW_LINKS)) {
                return Optional.empty();
            }
            throw tree.failure("looking at '%s'; nothing was changed".formatted(path.getFileName()), e);
        }
    }

    private static ObjectInfo info(String key, BasicFileAttributes found) {
        return new ObjectInfo(key, found.size(), found.lastModifiedTime().toInstant(), STORAGE_CLASS);
    }

    @Override
    public void read(String key, long position, byte[] into, int offset, int length) {
        reader.read(key, position, into, offset, length);
    }

    @Override
    public Optional<Pieces> pieces(String key) {
        return reader.pieces(key);
    }

    @Override
    public InputStream stream(String key, long position, long length) {
        return reader.stream(key, position, length);
    }

    /** A link to the same file: nothing is copied, and there is no moment at which a part of it could be seen. */
    @Override
    public void copy(String from, String to, Content expected) {
        String doing = "copying '%s' to '%s'".formatted(from, to);
        Path source = tree.resolve(from);
        Path target = tree.resolve(to);
        if (attributes(target).isEmpty()) {
            Optional<Object> proven = fileKey(source);
            checkHolds(from, expected, doing);
            boolean linked = link(source, target, doing);
            if (linked && proven.equals(fileKey(target))) {
                return;
            }
            if (!linked && attributes(target).isEmpty()) {
                copyBytes(from, to, expected, doing);
            }
        }
        checkHolds(to, expected, doing);
        makeDurable(target, doing);
    }

    private Optional<Object> fileKey(Path path) {
        return attributes(path).map(BasicFileAttributes::fileKey);
    }

    /** Answers false where there is something already, or where no link can be made between the two. */
    private boolean link(Path source, Path target, String doing) {
        try {
            tree.makeDirectories(target.getParent());
            Files.createLink(target, source);
        } catch (IOException e) {
            return false;
        }
        makeDurable(target, doing);
        return true;
    }

    /** What another program put there it may not have lived to make durable. */
    private void makeDurable(Path object, String doing) {
        try {
            DirectoryTree.sync(object.getParent());
        } catch (IOException e) {
            throw tree.failure(doing, e);
        }
    }

    private void copyBytes(String from, String to, Content expected, String doing) {
        try (DirectoryUpload upload = new DirectoryUpload(tree, to);
                InputStream in = stream(from, 0, expected.size())) {
            in.transferTo((OutputStream) upload);
            upload.commitIfAbsent();
        } catch (IOException e) {
            throw tree.failure(doing, e);
        }
    }

    private void checkHolds(String key, Content expected, String doing) {
        Content found = readBack(key).orElseThrow(() -> DirectoryReader.missing(tree.url(), key, null));
        if (!found.equals(expected)) {
            throw differs(tree.url(), doing, key, expected, found);
        }
    }

    static StoreException differs(String url, String doing, String key, Content expected, Content found) {
        return new StoreException(
                Category.DATA,
                url,
                "%s: '%s' holds %d bytes with SHA-256 %s, expected were %d bytes with %s; it was left alone"
                        .formatted(doing, key, found.size(), found.sha256(), expected.size(), expected.sha256()),
                "somebody else wrote or changed it: compare it with its manifest before anything is removed",
                null);
    }

    @Override
    public void delete(String key) {
        Path path = tree.resolve(key);
        try {
            lock.holding(() -> {
                if (attributes(path).isPresent()) {
                    Files.deleteIfExists(path);
                    DirectoryTree.sync(path.getParent());
                    tree.prune(path.getParent());
                }
                return null;
            });
        } catch (IOException e) {
            throw tree.failure("deleting '%s'".formatted(key), e);
        }
    }

    @Override
    public void list(String prefix, Consumer<ObjectInfo> visitor) {
        Keys.checkPrefix(tree.url(), prefix);
        walk(prefix, (key, path) -> {
            if (key.startsWith(prefix) && !Keys.isHidden(key)) {
                attributes(path).ifPresent(found -> visitor.accept(info(key, found)));
            }
        });
    }

    @Override
    public List<PendingUpload> pendingUploads(String prefix) {
        Keys.checkPrefix(tree.url(), prefix);
        List<PendingUpload> found = new ArrayList<>();
        walk(prefix, (key, path) -> HiddenFile.parse(key)
                .filter(upload -> upload.key().startsWith(prefix))
                .ifPresent(found::add));
        return found;
    }

    private void walk(String prefix, java.util.function.BiConsumer<String, Path> visitor) {
        try {
            tree.walk(prefix, visitor);
        } catch (IOException e) {
            throw tree.failure("listing '%s'; nothing was changed".formatted(prefix), e);
        }
    }

    @Override
    public void abort(PendingUpload upload) {
        Path object = tree.resolve(upload.key());
        if (!HiddenFile.isId(upload.id())) {
            throw new IllegalArgumentException("'%s' is not an upload of this store".formatted(upload.id()));
        }
        try {
            Files.deleteIfExists(HiddenFile.of(object, upload.id()));
            tree.prune(object.getParent());
        } catch (IOException e) {
            throw tree.failure("discarding an upload of '%s'".formatted(upload.key()), e);
        }
    }

    @Override
    public void close() {
        // Nothing is kept open between calls.
    }
}
