package dev.firn.source;

import dev.firn.testing.TestDatabase;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/** Stands before the server as pgbouncer does: it announces a process of its own making, and passes on the rest. */
public final class FakePooler implements Closeable {

    private static final int BACKEND_KEY_DATA = 'K';

    private final String host;
    private final int port;
    private final ServerSocket listener;

    public FakePooler(String host, int port) throws IOException {
        this.host = host;
        this.port = port;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start("accept", this::serve);
    }

    /** Where it listens. */
    public int listensAt() {
        return listener.getLocalPort();
    }

    Connection connect(String database, String user) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", TestDatabase.PASSWORD);
        properties.setProperty("sslmode", "disable");
        properties.setProperty("gssEncMode", "disable");
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:%d/%s".formatted(listener.getLocalPort(), database), properties);
    }

    private interface Task {
        void run() throws IOException;
    }

    private static void start(String name, Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException e) {
                        Thread.currentThread().interrupt(); // one side has hung up: the end of the connection
                    }
                },
                "fake pooler: " + name);
        thread.setDaemon(true);
        thread.start();
    }

    private void serve() throws IOException {
        while (true) {
            Socket client = listener.accept();
            Socket server = new Socket(host, port);
            start("to server", () -> client.getInputStream().transferTo(server.getOutputStream()));
            start("to client", () -> answer(server, client));
        }
    }

    private static void answer(Socket server, Socket client) throws IOException {
        DataInputStream in = new DataInputStream(server.getInputStream());
        DataOutputStream out = new DataOutputStream(client.getOutputStream());
        while (true) {
            int type = in.readUnsignedByte();
            byte[] body = new byte[in.readInt() - 4];
            in.readFully(body);
            if (type == BACKEND_KEY_DATA) {
                body[2] ^= 0x55;
            }
            out.writeByte(type);
            out.writeInt(body.length + 4);
            out.write(body);
            out.flush();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
