package dev.firn.parquet;

import dev.firn.FirnException;
import dev.firn.store.Content;
import dev.firn.store.ObjectStore;
import dev.firn.store.StoreException;
import dev.firn.store.Upload;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A store in memory that tells what was asked of it. */
final class MemoryStore implements ObjectStore {

    final Map<String, byte[]> objects = new TreeMap<>();
    int fullAtBytes = Integer.MAX_VALUE;
    int openUploads;
    int mostOpenUploads;
    long bytesRead;
    int reads;

    @Override
    public String url() {
        return "memory:";
    }

    @Override
    public Upload create(String key) {
        openUploads++;
        mostOpenUploads = Math.max(mostOpenUploads, openUploads);
        return new MemoryUpload(key);
    }

    @Override
    public Optional<ObjectInfo> head(String key) {
        return Optional.ofNullable(objects.get(key))
                .map(bytes -> new ObjectInfo(key, bytes.length, Instant.EPOCH, "STANDARD"));
    }

    @Override
    public void read(String key, long position, byte[] into, int offset, int length) {
        System.arraycopy(piece(key, position, length), (int) position, into, offset, length);
    }

    @Override
    public InputStream stream(String key, long position, long length) {
        return new ByteArrayInputStream(piece(key, position, length), (int) position, (int) length);
    }

    @Override
    public Optional<Pieces> pieces(String key) {
        return head(key).map(found -> new Pieces() {
            @Override
            public long size() {
                return found.size();
            }

            @Override
            public void read(long position, byte[] into, int offset, int length) {
                MemoryStore.this.read(key, position, into, offset, length);
            }

            @Override
            public void close() {}
        });
    }

    private byte[] piece(String key, long position, long length) {
        byte[] bytes = objects.get(key);
        if (bytes == null || position + length > bytes.length) {
            throw new StoreException(
                    FirnException.Category.PASSING, url(), "reading " + key + ": it ends before", "none", null);
        }
        bytesRead += length;
        reads++;
        return bytes;
    }

    @Override
    public void delete(String key) {
        objects.remove(key);
    }

    @Override
    public boolean putIfAbsent(String key, byte[] content) {
        return objects.putIfAbsent(key, content) == null;
    }

    @Override
    public Optional<Versioned> get(String key) {
        return Optional.ofNullable(objects.get(key)).map(bytes -> new Versioned(bytes, "1"));
    }

    @Override
    public boolean replace(String key, byte[] content, String expectedVersion) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void copy(String from, String to, Content expected) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void list(String prefix, Consumer<ObjectInfo> visitor) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<PendingUpload> pendingUploads(String prefix) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void abort(PendingUpload upload) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}

    private final class MemoryUpload extends Upload {

        private final String key;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private boolean open = true;

        MemoryUpload(String key) {
            this.key = key;
        }

        @Override
        public long position() {
            return bytes.size();
        }

        @Override
        public void write(int value) {
            bytes.write(value);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            if (bytes.size() + length > fullAtBytes) {
                throw new IOException("no space left");
            }
            bytes.write(from, offset, length);
        }

        @Override
        public Content commit() {
            byte[] all = bytes.toByteArray();
            if (objects.putIfAbsent(key, all) != null) {
                throw new IllegalStateException(key + " is there");
            }
            return Content.of(all);
        }

        @Override
        public void close() {
            if (open) {
                open = false;
                openUploads--;
            }
        }
    }
}
