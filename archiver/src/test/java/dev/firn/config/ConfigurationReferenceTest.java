package dev.firn.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** With {@code -Dfirn.writeReference=true} it writes the file that it otherwise compares. */
final class ConfigurationReferenceTest {

    private static final Path REFERENCE = Path.of("../conf/REFERENCE.md");

    @Test
    void describesExactlyWhatTheCodeDeclares() throws IOException {
        if (Boolean.getBoolean("firn.writeReference")) {
            Files.writeString(REFERENCE, Reference.markdown());
        }

        assertThat(REFERENCE)
                .as("conf/REFERENCE.md differs from the declarations in dev.firn.config; write it anew with"
                        + " `mvn -q test -pl archiver -Dtest=ConfigurationReferenceTest -Dfirn.writeReference=true`")
                .content()
                .isEqualTo(Reference.markdown());
    }

    @Test
    void leavesNoKeyWithoutWords() {
        for (Section section : List.of(ServiceSettings.SECTION, NamespaceSettings.SECTION, TableSettings.SECTION)) {
            assertThat(section.settings()).allSatisfy(setting -> assertThat(setting.doc())
                    .as(setting.key())
                    .endsWith(".")
                    .hasSizeGreaterThan(10));
        }
    }
}
