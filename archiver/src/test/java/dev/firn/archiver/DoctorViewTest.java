package dev.firn.archiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.lifecycle.doctor.Area;
import dev.firn.lifecycle.doctor.Diagnosis;
import dev.firn.lifecycle.doctor.Finding;
import dev.firn.lifecycle.doctor.Severity;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people and programs are told by {@code doctor}. */
class DoctorViewTest {

    private static final Diagnosis DIAGNOSIS = new Diagnosis(
            "default",
            "s3://bucket/firn",
            List.of(
                    new Finding(Severity.WARNING, Area.WRITE_PATH, "default/a.b", "it is\n  not ready", "make it so"),
                    Finding.ok(Area.CONNECTION, "default", "connected")));

    @Test
    void jsonIsOfThisForm() {
        assertThat(DoctorView.json(DIAGNOSIS))
                .isEqualToNormalizingNewlines(
                        """
                        {
                          "namespace" : "default",
                          "location" : "s3://bucket/firn",
                          "severity" : "warning",
                          "exitCode" : 6,
                          "findings" : [ {
                            "severity" : "ok",
                            "area" : "connection",
                            "where" : "default",
                            "what" : "connected"
                          }, {
                            "severity" : "warning",
                            "area" : "write-path",
                            "where" : "default/a.b",
                            "what" : "it is not ready",
                            "hint" : "make it so"
                          } ]
                        }""");
    }

    @Test
    void textHasALineForEachFindingAndOneForItsHint() {
        assertThat(DoctorView.text(DIAGNOSIS))
                .isEqualToNormalizingNewlines(
                        """
                        default: archive s3://bucket/firn
                          ok      connection    default: connected
                          warning write-path    default/a.b: it is not ready
                                  HINT: make it so
                        0 errors, 1 warnings, 0 notes, 1 in order""");
    }

    @ParameterizedTest
    @CsvSource({"OK, 0", "NOTE, 0", "WARNING, 6", "ERROR, 3"})
    void theWorstFindingDecidesTheExitCode(Severity worst, int exitCode) {
        Diagnosis diagnosis = new Diagnosis(
                "default",
                "file:/archive",
                List.of(
                        Finding.ok(Area.TABLE, "default", "fine"),
                        new Finding(worst, Area.TABLE, "default", "what", "hint"),
                        Finding.note(Area.TABLE, "default", "good to know", "nothing to do")));
        assertThat(diagnosis.exitCode()).isEqualTo(exitCode);
    }

    @Test
    void nothingIsFoundWrongWithoutAHint() {
        assertThatThrownBy(() -> new Finding(Severity.NOTE, Area.TABLE, "default", "what", ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("NOTE without a hint: what");
    }
}
