package dev.firn.rehydrator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The rehydrator's line of the design's table: it sees all packages but the other program's. */
class RehydratorArchitectureTest {

    @Test
    void seesAllButTheArchiversCommandLine() {
        noClasses()
                .that()
                .resideInAPackage("dev.firn.rehydrator..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.firn.archiver..")
                .check(new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("dev.firn.rehydrator"));
    }
}
