package dev.firn.store;

import dev.firn.FirnException.Category;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Reads pieces of files, and takes nothing shorter than what was asked for. */
final class DirectoryReader {

    private final DirectoryTree tree;

    DirectoryReader(DirectoryTree tree) {
        this.tree = tree;
    }

    void read(String key, long position, byte[] into, int offset, int length) {
        try (FileChannel channel = open(key, position, length)) {
            read(channel, key, position, ByteBuffer.wrap(into, offset, length));
        } catch (IOException e) {
            throw tree.failure("reading '%s'; nothing was changed".formatted(key), e);
        }
    }

    private void read(FileChannel channel, String key, long position, ByteBuffer into) throws IOException {
        int offset = into.position();
        int length = into.remaining();
        while (into.hasRemaining()) {
            if (channel.read(into, position + into.position() - offset) < 0) {
                throw endsBefore(tree.url(), key, position, length);
            }
        }
    }

    InputStream stream(String key, long position, long length) {
        FileChannel channel = open(key, position, length);
        try {
            return new Piece(Channels.newInputStream(channel.position(position)), key, position, length);
        } catch (IOException e) {
            throw tree.failure("reading '%s'; nothing was changed".formatted(key), e);
        }
    }

    /** Of the file that has the name now: whoever replaces it gives the name to another one. */
    Optional<ObjectStore.Pieces> pieces(String key) {
        try {
            FileChannel channel =
                    FileChannel.open(tree.resolve(key), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            return Optional.of(new OpenFile(key, channel, channel.size()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw tree.failure("opening '%s'; nothing was changed".formatted(key), e);
        }
    }

    private FileChannel open(String key, long position, long length) {
        Path path = tree.resolve(key);
        try {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            if (channel.size() - position < length) {
                channel.close();
                throw endsBefore(tree.url(), key, position, length);
            }
            return channel;
        } catch (NoSuchFileException e) {
            throw missing(tree.url(), key, e);
        } catch (IOException e) {
            throw tree.failure("opening '%s'; nothing was changed".formatted(key), e);
        }
    }

    static StoreException endsBefore(String url, String key, long position, long length) {
        return new StoreException(
                Category.DATA,
                url,
                "reading %d bytes from %d on of '%s': the object ends before".formatted(length, position, key),
                "the object is not what was written there: compare it with its manifest; nothing was changed",
                null);
    }

    static StoreException missing(String url, String key, Throwable cause) {
        return new StoreException(
                Category.DATA,
                url,
                "reading '%s': there is no such object".formatted(key),
                "find out who removed it; nothing was changed",
                cause);
    }

    /** A file that stays the same one, however often its name is given to another. */
    private final class OpenFile implements ObjectStore.Pieces {

        private final String key;
        private final FileChannel channel;
        private final long size;

        OpenFile(String key, FileChannel channel, long size) {
            this.key = key;
            this.channel = channel;
            this.size = size;
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public void read(long position, byte[] into, int offset, int length) {
            try {
                DirectoryReader.this.read(channel, key, position, ByteBuffer.wrap(into, offset, length));
            } catch (IOException e) {
                throw tree.failure("reading '%s'; nothing was changed".formatted(key), e);
            }
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw tree.failure("closing '%s'; nothing was changed".formatted(key), e);
            }
        }
    }

    private final class Piece extends FilterInputStream {

        private final String key;
        private final long end;
        private long at;

        Piece(InputStream in, String key, long position, long length) {
            super(in);
            this.key = key;
            this.at = position;
            this.end = position + length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (at == end) {
                return -1;
            }
            int read = in.read(into, offset, (int) Math.min(length, end - at));
            if (read < 0) {
                throw endsBefore(tree.url(), key, at, end - at);
            }
            at += read;
            return read;
        }

        @Override
        public long skip(long count) throws IOException {
            long skipped = in.skip(Math.min(count, end - at));
            at += skipped;
            return skipped;
        }

        @Override
        public int available() throws IOException {
            return (int) Math.min(in.available(), end - at);
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
