package dev.firn.lifecycle;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** How this program signs its claims: host, process, and a random part, since process numbers come again. */
final class Holders {

    private Holders() {}

    static String name(Surroundings surroundings) {
        return "%s:%d:%s"
                .formatted(
                        host(),
                        ProcessHandle.current().pid(),
                        surroundings.token().substring(0, 8));
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown-host";
        }
    }
}
