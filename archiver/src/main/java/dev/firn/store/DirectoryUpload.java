package dev.firn.store;

import dev.firn.FirnException.Category;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/**
 * An object in the making: a hidden file, which a hard link makes visible. A link is never made over something that is
 * there, so that of several commits exactly one wins, and it shows a complete file or none.
 */
final class DirectoryUpload extends Upload {

    private static final int MAX_TRIES_TO_PLACE = 100;

    private final DirectoryTree tree;
    private final String key;
    private final Path target;
    private final Path hidden;
    private final FileChannel channel;
    private final ContentDigest digest = new ContentDigest();
    private final byte[] buffer = new byte[1 << 16];
    private int buffered;
    private long flushed;
    private boolean committed;
    private boolean broken;

    DirectoryUpload(DirectoryTree tree, String key) {
        this.tree = tree;
        this.key = key;
        this.target = tree.resolve(key);
        this.hidden = HiddenFile.of(target, HiddenFile.newId());
        try {
            this.channel = open();
        } catch (IOException e) {
            throw tree.failure("starting to write '%s'; nothing was written".formatted(key), e);
        }
    }

    /** Another program may prune the directory between its making and its first file. */
    private FileChannel open() throws IOException {
        for (int tries = 1; ; tries++) {
            try {
                tree.makeDirectories(target.getParent());
                return FileChannel.open(hidden, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
            } catch (NoSuchFileException e) {
                if (tries == MAX_TRIES_TO_PLACE) {
                    throw e;
                }
            }
        }
    }

    @Override
    public long position() {
        return flushed + buffered;
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        checkOpen();
        if (length > buffer.length - buffered) {
            flushBuffer();
        }
        if (length > buffer.length) {
            toFile(bytes, offset, length);
        } else {
            System.arraycopy(bytes, offset, buffer, buffered, length);
            buffered += length;
        }
    }

    private void flushBuffer() {
        int length = buffered;
        buffered = 0;
        toFile(buffer, 0, length);
    }

    private void toFile(byte[] bytes, int offset, int length) {
        try {
            ByteBuffer rest = ByteBuffer.wrap(bytes, offset, length);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        } catch (IOException e) {
            broken = true; // what follows must never be taken for the whole
            throw tree.failure("writing '%s'; nothing of it is visible".formatted(key), e);
        }
        digest.update(bytes, offset, length);
        flushed += length;
    }

    @Override
    public Content commit() {
        if (!link(target)) {
            throw new StoreException(
                    Category.REFUSED,
                    tree.url(),
                    "committing '%s': the key was taken by another write, which was left alone".formatted(key),
                    "two writers use the same key: find the other one",
                    null);
        }
        return digest.finish();
    }

    /** Makes the file visible unless there is one, and answers whether it did. */
    boolean commitIfAbsent() {
        return link(target);
    }

    /** Makes the file visible in the place of the one that is there. */
    void commitInPlace() {
        try {
            finishFile();
            Files.move(hidden, target, StandardCopyOption.ATOMIC_MOVE);
            committed = true;
            DirectoryTree.sync(target.getParent());
        } catch (IOException e) {
            throw failedToShow(e);
        }
    }

    private boolean link(Path name) {
        try {
            finishFile();
            Files.createLink(name, hidden);
            committed = true;
            Files.delete(hidden);
            DirectoryTree.sync(name.getParent());
            return true;
        } catch (FileAlreadyExistsException e) {
            if (Files.isDirectory(name, LinkOption.NOFOLLOW_LINKS)) {
                throw failedToShow(e);
            }
            return false;
        } catch (UnsupportedOperationException e) {
            throw failedToShow(new IOException("the file system has no hard links", e));
        } catch (IOException e) {
            throw failedToShow(e);
        }
    }

    private void finishFile() throws IOException {
        checkOpen();
        flushBuffer();
        channel.force(true);
        channel.close();
    }

    private void checkOpen() {
        if (broken || !channel.isOpen()) {
            throw new IllegalStateException("'%s' was committed, closed or broken before".formatted(key));
        }
    }

    private StoreException failedToShow(IOException e) {
        return committed
                ? new UnknownOutcomeException(
                        tree.url(), "committing '%s': it is visible, but may not be durable".formatted(key), e)
                : tree.failure("committing '%s'; nothing of it is visible".formatted(key), e);
    }

    @Override
    public void close() throws IOException {
        channel.close();
        if (!committed) {
            Files.deleteIfExists(hidden);
            tree.prune(target.getParent());
        }
    }
}
