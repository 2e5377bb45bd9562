package dev.firn.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A line to a server that is cut when the server has answered COMMIT, and before the client hears of it. */
final class CutCable implements AutoCloseable {

    private final ServerSocket listener;
    private final Socket server;
    private volatile boolean committing;
    private volatile Socket client;

    CutCable(String host, int port) throws IOException {
        server = new Socket(host, port);
        listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        start(() -> {
            client = listener.accept();
            start(() -> carry(client.getInputStream(), server.getOutputStream(), false));
            carry(server.getInputStream(), client.getOutputStream(), true);
        });
    }

    int port() {
        return listener.getLocalPort();
    }

    private void carry(InputStream from, OutputStream to, boolean answers) throws IOException {
        byte[] buffer = new byte[8192];
        for (int length = from.read(buffer); length >= 0; length = from.read(buffer)) {
            if (answers && committing) {
                client.close();
                return;
            }
            committing = !answers && new String(buffer, 0, length, StandardCharsets.ISO_8859_1).contains("COMMIT\0");
            to.write(buffer, 0, length);
            to.flush();
        }
    }

    private interface Carrying {
        void run() throws IOException;
    }

    private static void start(Carrying carrying) {
        Thread thread = new Thread(
                () -> {
                    try {
                        carrying.run();
                    } catch (IOException expected) {
                        // one of the ends was closed
                    }
                },
                "cut-cable");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        server.close();
        if (client != null) {
            client.close();
        }
    }
}
