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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.s3.S3Client;

/** The policies in {@code deploy/iam} name every action that is needed, and none besides. */
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

    private static final Pattern READING =
            Pattern.compile("(s3|glue):(Batch)?(Get|List)\\w+|athena:(Get|Start|Stop)\\w+");

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

    /** What is listed and read of a table, by Athena or by whoever knows the store alone. */
    @Test
    void whoReadsTheArchiveMayChangeNothingOfIt() throws IOException {
        assertThat(actions("reader.json")).containsExactly("s3:GetObject", "s3:ListBucket");
        assertThat(actions("archiver-s3.json")).containsAll(actions("reader.json"));
        for (JsonNode statement : statements("athena-reader.json")) {
            Set<String> resources = texts(statement.path("Resource"));
            boolean ofResults = resources.stream().allMatch(resource -> resource.startsWith("arn:aws:s3:::RESULTS"));
            assertThat(texts(statement.path("Action")))
                    .as(statement.path("Sid").asText())
                    .allSatisfy(action -> assertThat(
                                    ofResults || READING.matcher(action).matches())
                            .as(action)
                            .isTrue());
        }
        assertThat(actions("athena-reader.json"))
                .contains("athena:StartQueryExecution", "athena:GetQueryResults", "glue:GetTable", "glue:GetPartitions")
                .containsAll(actions("reader.json"));
    }

    /** S3 asks for a new key with each object that is written, and for the old one with each that is read or copied. */
    @Test
    void theKeyOfTheBucketIsUsedByWayOfS3Alone() throws IOException {
        assertThat(actions("archiver-kms.json")).containsExactly("kms:Decrypt", "kms:GenerateDataKey");
        assertThat(actions("reader-kms.json")).containsExactly("kms:Decrypt");
        for (String file : List.of("archiver-kms.json", "reader-kms.json")) {
            assertThat(statements(file)).allSatisfy(statement -> {
                assertThat(statement.path("Resource").asText()).isEqualTo("arn:aws:kms:REGION:ACCOUNT:key/KEY");
                assertThat(statement
                                .at("/Condition/StringEquals/kms:ViaService")
                                .asText())
                        .isEqualTo("s3.REGION.amazonaws.com");
            });
        }
    }

    /** Else reading the archive is reading what else is in the bucket, or listing it. */
    @Test
    void nothingBesidesTheArchiveIsInReach() throws IOException {
        for (JsonNode statement : statements()) {
            Set<String> actions = texts(statement.path("Action"));
            for (String resource : texts(statement.path("Resource"))) {
                if (resource.startsWith("arn:aws:s3:::BUCKET/")) {
                    assertThat(resource).startsWith("arn:aws:s3:::BUCKET/PREFIX/");
                } else if (resource.startsWith("arn:aws:s3:::BUCKET") && actions.contains("s3:ListBucket")) {
                    assertThat(texts(statement.at("/Condition/StringLike/s3:prefix")))
                            .as("%s", statement)
                            .isNotEmpty()
                            .allMatch(prefix -> prefix.startsWith("PREFIX/"));
                }
            }
        }
    }

    /** And not what it does not name, which would be all the rest. */
    @Test
    void everyStatementNamesItsActionsAndResources() throws IOException {
        for (JsonNode statement : statements()) {
            assertThat(statement.properties())
                    .as("%s", statement)
                    .extracting(Map.Entry::getKey)
                    .contains("Action", "Resource")
                    .isSubsetOf("Sid", "Effect", "Action", "Resource", "Condition");
            assertThat(texts(statement.path("Action"))).isNotEmpty();
            assertThat(texts(statement.path("Resource"))).isNotEmpty();
        }
    }

    @Test
    void whatIsTheUsersStandsInCapitals() throws IOException {
        for (JsonNode statement : statements()) {
            assertThat(texts(statement.path("Resource"))).allSatisfy(resource -> assertThat(resource)
                    .as("%s", statement)
                    .matches("arn:aws:(s3:::(BUCKET|RESULTS)(/PREFIX)?(/\\*)?(/data/\\*)?|glue:REGION:ACCOUNT:"
                            + "(catalog|database/DATABASE|table/DATABASE/\\*)|kms:REGION:ACCOUNT:key/KEY"
                            + "|athena:REGION:ACCOUNT:workgroup/WORKGROUP)"));
        }
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
        statements(file).forEach(statement -> actions.addAll(texts(statement.path("Action"))));
        return actions;
    }

    /** Of all policies. */
    private static List<JsonNode> statements() throws IOException {
        List<JsonNode> statements = new ArrayList<>();
        try (Stream<Path> files = Files.list(POLICIES)) {
            for (Path file : files.toList()) {
                statements(file.getFileName().toString()).forEach(statements::add);
            }
        }
        assertThat(statements).isNotEmpty();
        return statements;
    }

    private static JsonNode statements(String file) throws IOException {
        return new ObjectMapper().readTree(POLICIES.resolve(file).toFile()).path("Statement");
    }

    /** One may stand without brackets. */
    private static Set<String> texts(JsonNode oneOrMore) {
        Set<String> texts = new TreeSet<>();
        if (oneOrMore.isTextual()) {
            texts.add(oneOrMore.asText());
        }
        oneOrMore.forEach(each -> texts.add(each.asText()));
        return texts;
    }
}
