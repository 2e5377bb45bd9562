package dev.firn;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.onlyDependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which package may see which; the table of the design, held by the build. */
class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.firn");

    private static final Map<String, Set<String>> MAY_SEE = new TreeMap<>(Map.ofEntries(
            entry("config", Set.of()),
            entry("types", Set.of()),
            entry("copy", Set.of("types")),
            entry("store", Set.of()),
            entry("parquet", Set.of("types", "store")),
            entry("archive", Set.of("types", "copy", "parquet", "store")),
            entry("source", Set.of("types")),
            entry("catalog", Set.of()),
            entry("athena", Set.of("types", "archive")),
            entry(
                    "lifecycle",
                    Set.of("config", "types", "copy", "store", "parquet", "archive", "athena", "source", "catalog")),
            entry("console", Set.of("lifecycle")),
            entry(
                    "archiver",
                    Set.of(
                            "config",
                            "types",
                            "copy",
                            "store",
                            "parquet",
                            "archive",
                            "athena",
                            "source",
                            "catalog",
                            "lifecycle",
                            "console"))));

    static Set<String> packages() {
        return MAY_SEE.keySet();
    }

    @ParameterizedTest
    @MethodSource("packages")
    void aPackageSeesOnlyWhatTheTableAllows(String name) {
        Set<String> seen = new TreeSet<>(MAY_SEE.get(name));
        seen.add(name);
        String[] allowed =
                seen.stream().map(other -> "dev.firn." + other + "..").toArray(String[]::new);
        DescribedPredicate<JavaClass> visible = resideInAnyPackage(allowed)
                .or(resideInAPackage("dev.firn"))
                .or(DescribedPredicate.not(resideInAPackage("dev.firn..")));
        classes()
                .that()
                .resideInAPackage("dev.firn." + name + "..")
                .should(onlyDependOnClassesThat(visible))
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void theRootSeesNoPackageOfFirn() {
        noClasses()
                .that()
                .resideInAPackage("dev.firn")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.firn.*.."))
                .check(CLASSES);
    }

    @Test
    void everyPackageStandsInTheTable() {
        Set<String> found = CLASSES.getPackage("dev.firn").getSubpackages().stream()
                .map(JavaPackage::getRelativeName)
                .collect(Collectors.toSet());
        assertThat(MAY_SEE.keySet()).containsAll(found);
    }

    @Test
    void everyPackageStatesItsRule() {
        assertThat(CLASSES.getPackage("dev.firn").getSubpackagesInTree().stream()
                        .filter(found -> !found.getClasses().isEmpty())
                        .filter(found -> found.tryGetPackageInfo().isEmpty())
                        .map(JavaPackage::getName))
                .isEmpty();
    }
}
