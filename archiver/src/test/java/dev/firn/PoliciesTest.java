package dev.firn;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.s3.S3Client;

/** The policies in {@code deploy/iam} name every action that the code asks for, and none besides. */
class PoliciesTest {

    private static final Path POLICIES = Path.of("../deploy/iam");
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.firn");

    /** Where an action has another name than its operation. */
    private static final Map<String, Set<String>> ACTIONS_OF_S3 = Map.ofEntries(
            Map.entry("completeMultipartUpload", Set.of("PutObject")),
            Map.entry("copyObject", Set.of("GetObject", "PutObject")),
            Map.entry("createMultipartUpload", Set.of("PutObject")),
            Map.entry("getBucketLifecycleConfiguration", Set.of("GetLifecycleConfiguration")),
            Map.entry("headObject", Set.of("GetObject")),
            Map.entry("listMultipartUploads", Set.of("ListBucketMultipartUploads")),
            Map.entry("listObjectsV2", Set.of("ListBucket")),
            Map.entry("listParts", Set.of("ListMultipartUploadParts")),
            Map.entry("uploadPart", Set.of("PutObject")));

    @Test
    void theArchiversPolicyNamesWhatItAsksOfS3() throws IOException {
        Set<String> needed = new TreeSet<>();
        for (String operation : operations(S3Client.class)) {
            ACTIONS_OF_S3
                    .getOrDefault(operation, Set.of(capital(operation)))
                    .forEach(action -> needed.add("s3:" + action));
        }

        assertThat(needed).contains("s3:PutObject", "s3:ListBucket", "s3:GetBucketVersioning");
        assertThat(actions("archiver-s3.json")).isEqualTo(needed);
    }

    @Test
    void theCatalogsPolicyNamesWhatIsAskedOfGlue() throws IOException {
        Set<String> needed = operations(GlueClient.class).stream()
                .map(operation -> "glue:" + capital(operation))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(needed).contains("glue:UpdateTable", "glue:BatchCreatePartition");
        assertThat(actions("athena-glue.json")).isEqualTo(needed);
    }

    @Test
    void noPolicyAllowsEverything() throws IOException {
        try (Stream<Path> files = Files.list(POLICIES)) {
            for (Path file : files.toList()) {
                JsonNode policy = new ObjectMapper().readTree(file.toFile());
                assertThat(policy.path("Version").asText()).isEqualTo("2012-10-17");
                assertThat(policy.path("Statement")).allSatisfy(statement -> {
                    assertThat(statement.path("Effect").asText()).isEqualTo("Allow");
                    assertThat(statement.path("Action").toString()).doesNotContain("*");
                    assertThat(statement.path("Resource").toString()).isNotEqualTo("\"*\"");
                });
            }
        }
    }

    /** The operations of a client that any class of Firn calls, paginated or not. */
    private static Set<String> operations(Class<?> client) {
        return CLASSES.that(resideInAPackage("dev.firn..")).stream()
                .flatMap(PoliciesTest::called)
                .filter(target -> target.getOwner().isEquivalentTo(client))
                .map(CodeUnitAccessTarget::getName)
                .map(name -> name.replaceFirst("Paginator$", ""))
                .filter(name -> !Set.of("builder", "close").contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<CodeUnitAccessTarget> called(JavaClass caller) {
        return Stream.concat(
                caller.getMethodCallsFromSelf().stream().map(call -> call.getTarget()),
                caller.getMethodReferencesFromSelf().stream().map(reference -> reference.getTarget()));
    }

    private static String capital(String operation) {
        return operation.substring(0, 1).toUpperCase(Locale.ROOT) + operation.substring(1);
    }

    private static Set<String> actions(String file) throws IOException {
        Set<String> actions = new TreeSet<>();
        new ObjectMapper()
                .readTree(POLICIES.resolve(file).toFile())
                .path("Statement")
                .forEach(statement -> statement.path("Action").forEach(action -> actions.add(action.asText())));
        return actions;
    }
}
