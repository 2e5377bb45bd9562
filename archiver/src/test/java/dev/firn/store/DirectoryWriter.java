package dev.firn.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;

/** Writes into a directory store until it is killed. */
final class DirectoryWriter {

    private DirectoryWriter() {}

    public static void main(String[] arguments) throws IOException {
        Random random = new Random();
        ObjectStore store = Stores.open(new DirectorySettings(Path.of(arguments[0])));
        store.putIfAbsent("fence", "fence 0 whole".getBytes(StandardCharsets.UTF_8));
        while (true) {
            byte[] content = new byte[random.nextInt(300_000)];
            random.nextBytes(content);
            String name = Content.of(content).sha256();
            Content written;
            try (Upload upload = store.create("incoming/" + name)) {
                upload.write(content);
                written = upload.commit();
            }
            store.copy("incoming/" + name, "data/" + name, written);
            store.delete("incoming/" + name);
            String fence = "fence %d whole".formatted(random.nextLong());
            store.replace(
                    "fence",
                    fence.getBytes(StandardCharsets.UTF_8),
                    store.get("fence").orElseThrow().version());
            System.out.println("wrote " + name);
        }
    }
}
