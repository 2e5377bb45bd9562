package dev.firn.archiver.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.firn.config.Configuration;
import dev.firn.testing.RequiresTimescale;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What lies in deploy, as far as it can be tried without a cluster: it can be read, and names what there is. */
class DeployedFilesIT {

    private static final Path DEPLOY = Path.of("../deploy");
    private static final Pattern METRIC = Pattern.compile("\\b(?:firn|jvm|process)_[a-z0-9_]+");

    /** Told only once something of it happened, in other tests: requests to S3, which a directory gets none of, and aggregates. */
    private static final Set<String> LATER = Set.of(
            "firn_s3_requests_total",
            "firn_s3_errors_total",
            "firn_s3_request_seconds_sum",
            "firn_s3_request_seconds_count",
            "firn_continuous_aggregate_lag_seconds");

    @TempDir
    private Path home;

    @Test
    @RequiresTimescale
    void theDashboardAndTheAlertsAskForMetricsThatThereAre() throws SQLException, IOException {
        Set<String> told = new TreeSet<>();
        try (EveryState given = new EveryState(home)) {
            given.service
                    .get("/metrics")
                    .body()
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .forEach(line -> told.add(line.replaceAll("[{ ].*", "")));
        }
        told.addAll(LATER);

        Set<String> asked = new TreeSet<>();
        JsonNode dashboard =
                new ObjectMapper().readTree(DEPLOY.resolve("grafana/firn.json").toFile());
        dashboard.findValuesAsText("expr").forEach(expression -> collect(expression, asked));
        dashboard.findValuesAsText("definition").forEach(query -> collect(query, asked));
        collect(Files.readString(DEPLOY.resolve("grafana/alerts.yml")), asked);

        assertThat(asked).hasSizeGreaterThan(20);
        assertThat(told).containsAll(asked);
    }

    private static void collect(String text, Set<String> into) {
        Matcher names = METRIC.matcher(text);
        while (names.find()) {
            into.add(names.group());
        }
    }

    @Test
    void yamlAndJsonCanBeRead() throws IOException {
        List<String> read = new ArrayList<>();
        try (Stream<Path> files = Files.walk(DEPLOY)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".json")) {
                    assertThat(new ObjectMapper().readTree(file.toFile()).isObject())
                            .isTrue();
                    read.add(name);
                } else if (name.endsWith(".yml") || name.endsWith(".yaml")) {
                    assertThat(documents(file)).as(name).isNotEmpty().doesNotContainNull();
                    read.add(name);
                }
            }
        }
        assertThat(read).hasSizeGreaterThanOrEqualTo(8);
    }

    @Test
    void probesAskAtTheShippedPortAndAtPathsThatThereAre() throws IOException {
        Configuration shipped = Configuration.load(Path.of("../conf"));
        String port = Integer.toString(shipped.service().http().port());
        assertThat(shipped.service().http().address()).isEqualTo("127.0.0.1");
        for (String file :
                List.of("Dockerfile", "compose/compose.yaml", "kubernetes/firn.yaml", "compose/prometheus.yml")) {
            assertThat(Files.readString(DEPLOY.resolve(file))).as(file).contains(port);
        }
        try (ServedNamespaces service = new ServedNamespaces()) {
            Matcher paths = Pattern.compile("path: (/[a-z/]+)")
                    .matcher(Files.readString(DEPLOY.resolve("kubernetes/firn.yaml")));
            Set<String> probed = new TreeSet<>();
            while (paths.find()) {
                probed.add(paths.group(1));
                assertThat(service.get(paths.group(1)).statusCode())
                        .as(paths.group(1))
                        .isIn(200, 503);
            }
            assertThat(probed).containsExactly("/health/live", "/health/ready", "/metrics");
        }
    }

    @Test
    void containersRunAsNobodyInParticularOnADiskThatTheyCannotWrite() throws IOException {
        Map<?, ?> deployment = documents(DEPLOY.resolve("kubernetes/firn.yaml")).stream()
                .map(document -> (Map<?, ?>) document)
                .filter(document -> document.get("kind").equals("Deployment"))
                .findFirst()
                .orElseThrow();
        Map<?, ?> pod = at(deployment, "spec", "template", "spec");
        assertThat(at(pod, "securityContext").get("runAsNonRoot")).isEqualTo(true);
        Map<?, ?> container = (Map<?, ?>) ((List<?>) pod.get("containers")).get(0);
        assertThat(at(container, "securityContext").get("readOnlyRootFilesystem"))
                .isEqualTo(true);
        assertThat(at(container, "securityContext").get("allowPrivilegeEscalation"))
                .isEqualTo(false);
        Map<?, ?> compose =
                (Map<?, ?>) documents(DEPLOY.resolve("compose/compose.yaml")).get(0);
        assertThat(at(compose, "services", "firn").get("read_only")).isEqualTo(true);
        assertThat(Files.readString(DEPLOY.resolve("Dockerfile"))).contains("USER 10001:10001");
    }

    @Test
    void mountsNameFilesThatThereAre() throws IOException {
        Map<?, ?> compose =
                (Map<?, ?>) documents(DEPLOY.resolve("compose/compose.yaml")).get(0);
        for (Object service : at(compose, "services").values()) {
            List<?> volumes = (List<?>) ((Map<?, ?>) service).get("volumes");
            for (Object volume : volumes) {
                String source = volume.toString().split(":", -1)[0];
                if (source.startsWith(".")) {
                    assertThat(DEPLOY.resolve("compose").resolve(source)).exists();
                }
            }
        }
        Configuration.load(
                DEPLOY.resolve("compose/conf"),
                Map.of(
                        "FIRN_DEFAULT_DATABASE_URL",
                        "jdbc:postgresql://db/app",
                        "FIRN_DEFAULT_LOCATION_URL",
                        "s3://bucket/firn"));
        assertThat(Files.readString(DEPLOY.resolve("systemd/firn.service")))
                .contains("firn-archiver.jar --conf /etc/firn serve")
                .contains("KillSignal=SIGTERM");
    }

    private static Map<?, ?> at(Map<?, ?> map, String... keys) {
        Map<?, ?> found = map;
        for (String key : keys) {
            found = (Map<?, ?>) found.get(key);
        }
        return found;
    }

    private static List<Object> documents(Path file) throws IOException {
        Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
        return Stream.iterate(yaml.loadAll(Files.readString(file)).iterator(), java.util.Iterator::hasNext, it -> it)
                .map(java.util.Iterator::next)
                .collect(Collectors.toList());
    }
}
