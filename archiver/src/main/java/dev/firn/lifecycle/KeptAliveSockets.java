package dev.firn.lifecycle;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.Map;
import javax.net.SocketFactory;
import jdk.net.ExtendedSocketOptions;

/**
 * Sockets that notice within two minutes that the other end went away without a word: a host without power, a network that
 * drops packets. A limit on how long a statement may be silent would cut those that rightly are for hours; a host that is
 * there answers for them all the while, by itself. Used by the driver, which knows it by name.
 */
public final class KeptAliveSockets extends SocketFactory {

    /** For the driver, in a login or in the settings of a pool. A socket factory that is named in a URL counts instead. */
    public static final Map<String, String> SETTINGS =
            Map.of("tcpKeepAlive", "true", "socketFactory", KeptAliveSockets.class.getName());

    /** In seconds. */
    private static final int SILENT_FOR = 60;

    private static final int ASKED_EVERY = 10;

    private static final int UNANSWERED = 6;

    @Override
    public Socket createSocket() throws IOException {
        Socket socket = new Socket();
        try {
            socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            set(socket, ExtendedSocketOptions.TCP_KEEPIDLE, SILENT_FOR);
            set(socket, ExtendedSocketOptions.TCP_KEEPINTERVAL, ASKED_EVERY);
            set(socket, ExtendedSocketOptions.TCP_KEEPCOUNT, UNANSWERED);
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** Where the platform has none of it, its own times hold. */
    private static void set(Socket socket, SocketOption<Integer> option, int value) throws IOException {
        if (socket.supportedOptions().contains(option)) {
            socket.setOption(option, value);
        }
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port), new InetSocketAddress(0));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int fromPort) throws IOException {
        return connected(new InetSocketAddress(host, port), new InetSocketAddress(from, fromPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port), new InetSocketAddress(0));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) throws IOException {
        return connected(new InetSocketAddress(host, port), new InetSocketAddress(from, fromPort));
    }

    private Socket connected(InetSocketAddress to, InetSocketAddress from) throws IOException {
        Socket socket = createSocket();
        try {
            socket.bind(from);
            socket.connect(to);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
