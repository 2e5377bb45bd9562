package dev.firn.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.firn.config.Configuration;
import dev.firn.config.NamespaceConfig;
import dev.firn.testing.CuttableTcp;
import dev.firn.testing.Firn;
import dev.firn.testing.TcpTimers;
import dev.firn.testing.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * That a database which went away without a word is noticed. That it is, after the time that is set here, was measured by
 * hand between two network namespaces: on one host the kernel answers for whoever is silent.
 */
class KeptAliveSocketsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void everyConnectionThatStaysAsksASilentDatabaseForASignOfLifeWithinAMinute(@TempDir Path home) throws Exception {
        assumeTrue(TcpTimers.canBeSeen(), "only Linux shows what it waits for");
        try (TestDatabase database = TestDatabase.plain()) {
            Matcher address = Pattern.compile("//([^:/]+):(\\d+)/").matcher(database.jdbcUrl());
            assertThat(address.find()).isTrue();
            try (CuttableTcp proxy = CuttableTcp.before(address.group(1), Integer.parseInt(address.group(2)))) {
                String url = address.replaceFirst("//127.0.0.1:" + proxy.port() + "/");
                NamespaceConfig config = config(database, home, url);
                try (DatabasePool primary = DatabasePool.open(config);
                        DatabasePool standby = DatabasePool.ofStandby(config, url, 1);
                        Connection exporting = primary.connections().getConnection();
                        Connection reading = standby.connections().getConnection();
                        RequestBell bell = new RequestBell(config)) {
                    bell.await(Duration.ofMillis(10));
                    assertThat(exporting.isValid(1) && reading.isValid(1)).isTrue();

                    assertThat(TcpTimers.untilAsked(proxy.port())).hasSize(3).allSatisfy(asked -> assertThat(asked)
                            .hasValueSatisfying(in -> assertThat(in).isLessThanOrEqualTo(PATIENCE)));
                }
            }
        }
    }

    private static NamespaceConfig config(TestDatabase database, Path home, String url) throws IOException {
        Firn firn = Firn.configure(database, home, "public.t { archive-after = 1d }");
        Path file = firn.conf().resolve("namespaces/" + Firn.NAMESPACE + ".conf");
        Files.writeString(file, Files.readString(file).replace(database.jdbcUrl(), url));
        return Configuration.namespace(firn.conf(), Firn.NAMESPACE).namespace(Firn.NAMESPACE);
    }

    @Test
    void asksSixTimesTenSecondsApartHoweverTheSocketIsMade() throws IOException {
        KeptAliveSockets sockets = new KeptAliveSockets();
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket server = new ServerSocket(0, 8, loopback);
                Socket plain = sockets.createSocket();
                Socket byName = sockets.createSocket("localhost", server.getLocalPort());
                Socket byAddress = sockets.createSocket(loopback, server.getLocalPort());
                Socket from = sockets.createSocket(loopback, server.getLocalPort(), loopback, 0);
                Socket fromByName = sockets.createSocket("localhost", server.getLocalPort(), loopback, 0)) {
            for (Socket socket : new Socket[] {plain, byName, byAddress, from, fromByName}) {
                assertThat(socket.getKeepAlive()).isTrue();
                if (socket.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
                    assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPIDLE))
                            .isEqualTo(60);
                    assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL))
                            .isEqualTo(10);
                    assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT))
                            .isEqualTo(6);
                }
            }
        }
    }
}
