package dev.firn.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Stands between a program and a server, counts their connections, and cuts them wherever they happen to be. */
public final class CuttableTcp implements AutoCloseable {

    private final String host;
    private final int port;
    private final ServerSocket listener;
    private final Set<Pair> open = ConcurrentHashMap.newKeySet();
    private volatile boolean away;
    private volatile boolean closed;

    private record Pair(Socket client, Socket server) {

        void cut() {
            for (Socket end : List.of(client, server)) {
                try {
                    end.close();
                } catch (IOException e) {
                    // It is gone already.
                }
            }
        }
    }

    private CuttableTcp(String host, int port) throws IOException {
        this.host = host;
        this.port = port;
        this.listener = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
    }

    /** On a free port of the loopback interface. */
    public static CuttableTcp before(String host, int port) {
        try {
            CuttableTcp proxy = new CuttableTcp(host, port);
            daemon("cuttable-tcp", proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new IllegalStateException("no port to listen on", e);
        }
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Whether to be a server that is not there, from now on. */
    public void away(boolean now) {
        away = now;
        if (now) {
            cutAll();
        }
    }

    /** Connections that are open from end to end. */
    public int connections() {
        return open.size();
    }

    /** Cuts one of them, if there is any. */
    public boolean cutOne(Random random) {
        List<Pair> pairs = new ArrayList<>(open);
        if (pairs.isEmpty()) {
            return false;
        }
        pairs.get(random.nextInt(pairs.size())).cut();
        return true;
    }

    public void cutAll() {
        open.forEach(Pair::cut);
    }

    private void accept() {
        while (!closed) {
            try {
                Socket client = listener.accept();
                if (away) {
                    client.close();
                    continue;
                }
                daemon("cuttable-tcp-connection", () -> connect(client));
            } catch (IOException e) {
                if (!closed) {
                    throw new IllegalStateException("the proxy cannot listen any more", e);
                }
            }
        }
    }

    private void connect(Socket client) {
        try (client;
                Socket server = new Socket(host, port)) {
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            Pair pair = new Pair(client, server);
            open.add(pair);
            try {
                daemon("cuttable-tcp-answers", () -> pass(server, client, pair));
                pass(client, server, pair);
            } finally {
                open.remove(pair);
            }
        } catch (IOException e) {
            // The server is not there: the client finds its connection closed.
        }
    }

    /** Until one side hangs up; then so does the other. */
    private static void pass(Socket from, Socket to, Pair pair) {
        byte[] buffer = new byte[1 << 14];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                out.write(buffer, 0, length);
            }
        } catch (IOException e) {
            // Cut.
        } finally {
            pair.cut();
        }
    }

    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        closed = true;
        try {
            listener.close();
        } catch (IOException e) {
            throw new IllegalStateException("the proxy did not stop", e);
        }
        cutAll();
    }
}
