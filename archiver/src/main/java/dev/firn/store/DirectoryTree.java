package dev.firn.store;

import dev.firn.FirnException.Category;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;

/** Keys as paths under a root. No path leads through a symbolic link, and directories are as durable as files. */
final class DirectoryTree {

    private final Path root;
    private final String url;

    DirectoryTree(Path root, String url) {
        this.root = root;
        this.url = url;
    }

    String url() {
        return url;
    }

    Path root() {
        return root;
    }

    /** The path of a key, whether something is there or not. */
    Path resolve(String key) {
        Path path = root;
        for (String element : Keys.check(url, key).split("/", -1)) {
            path = path.resolve(element);
            refuseLink(path);
        }
        return path;
    }

    /** Makes the directory and those above it, down to the root, durably. */
    void makeDirectories(Path directory) throws IOException {
        if (directory.equals(root) || Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        makeDirectories(directory.getParent());
        Files.createDirectories(directory);
        sync(directory.getParent());
    }

    /** Makes names in the directory survive a crash of the machine. */
    static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Removes directories that hold nothing any more, upwards. */
    void prune(Path directory) {
        Path candidate = directory;
        try {
            while (!candidate.equals(root)) {
                Files.delete(candidate);
                candidate = candidate.getParent();
            }
        } catch (IOException e) {
            return; // it holds something, or somebody else removed it: either way it is no longer ours to remove
        }
    }

    /**
     * Visits all files whose key could start with the prefix, in the order of their keys' UTF-8 bytes; the stores' own
     * hidden files too.
     */
    void walk(String prefix, BiConsumer<String, Path> visitor) throws IOException {
        int slash = prefix.lastIndexOf('/');
        String above = slash < 0 ? "" : prefix.substring(0, slash + 1);
        walk(slash < 0 ? root : resolve(prefix.substring(0, slash)), above, visitor);
    }

    private void walk(Path directory, String above, BiConsumer<String, Path> visitor) throws IOException {
        for (Entry entry : entries(directory)) {
            if (entry.directory()) {
                walk(entry.path(), above + entry.name(), visitor);
            } else {
                visitor.accept(above + entry.name(), entry.path());
            }
        }
    }

    /** A directory's name ends with a slash, which puts it where its keys belong among its siblings'. */
    private record Entry(String name, byte[] order, Path path, boolean directory) {}

    private List<Entry> entries(Path directory) throws IOException {
        List<Entry> found = new ArrayList<>();
        try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
            for (Path child : children) {
                refuseLink(child);
                boolean isDirectory = Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS);
                String name = child.getFileName() + (isDirectory ? "/" : "");
                found.add(new Entry(name, name.getBytes(StandardCharsets.UTF_8), child, isDirectory));
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        }
        found.sort(Comparator.comparing(Entry::order, Arrays::compareUnsigned));
        return found;
    }

    private void refuseLink(Path path) {
        if (Files.isSymbolicLink(path)) {
            throw new StoreException(
                    Category.REFUSED,
                    url,
                    "'%s' is a symbolic link, and none is followed; nothing was read or changed"
                            .formatted(root.relativize(path)),
                    "put what it points to in its place, or mount it there",
                    null);
        }
    }

    /** An I/O error as whoever is on call needs it. */
    StoreException failure(String doing, IOException e) {
        boolean denied = e instanceof AccessDeniedException;
        return new StoreException(
                denied ? Category.CONFIGURATION : Category.PASSING,
                url,
                "%s: %s".formatted(doing, e),
                denied
                        ? "give the user that Firn runs as access to the directory"
                        : "look at free space and health of the file system; the next run tries again",
                e);
    }
}
