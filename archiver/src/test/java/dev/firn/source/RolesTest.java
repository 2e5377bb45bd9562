package dev.firn.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.FirnException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RolesTest {

    @Test
    void theScriptIsTheFileThatIsDeployed() throws IOException {
        assertThat(Roles.sql("app_owner", "firn_archiver", "firn_reader"))
                .isEqualTo(Files.readString(Path.of("../deploy/sql/roles.sql")));
    }

    @Test
    void putsEachNameInOnce() {
        assertThat(Roles.sql("firn_archiver", "Mover 1", "app_owner"))
                .contains("GRANT \"firn_archiver\" TO \"Mover 1\" WITH INHERIT TRUE")
                .contains("rolname = 'Mover 1'")
                .contains("CREATE ROLE \"app_owner\" LOGIN");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a'b", "a\"b", "a$roles$b", "a\\b", "a\nb", "a;b"})
    void refusesNamesThatCouldEndTheirQuotes(String name) {
        assertThatThrownBy(() -> Roles.sql("app_owner", name, "firn_reader"))
                .isInstanceOf(FirnException.class)
                .hasMessageContaining("cannot be put into a script safely");
    }
}
