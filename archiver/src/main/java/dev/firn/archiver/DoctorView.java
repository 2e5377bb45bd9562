package dev.firn.archiver;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.console.Json;
import dev.firn.lifecycle.doctor.Diagnosis;
import dev.firn.lifecycle.doctor.Finding;
import dev.firn.lifecycle.doctor.Severity;
import java.util.Locale;
import java.util.StringJoiner;

/** A diagnosis, for people and for programs. */
final class DoctorView {

    private DoctorView() {}

    static String text(Diagnosis diagnosis) {
        StringJoiner lines = new StringJoiner(System.lineSeparator());
        lines.add("%s: archive %s".formatted(diagnosis.namespace(), diagnosis.location()));
        for (Finding finding : diagnosis.findings()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "  %-7s %-13s %s: %s",
                    finding.severity().word(),
                    finding.area().word(),
                    finding.where(),
                    finding.what()));
            if (!finding.hint().isEmpty()) {
                lines.add(" ".repeat(10) + "HINT: " + finding.hint());
            }
        }
        lines.add("%d errors, %d warnings, %d notes, %d in order"
                .formatted(
                        diagnosis.count(Severity.ERROR),
                        diagnosis.count(Severity.WARNING),
                        diagnosis.count(Severity.NOTE),
                        diagnosis.count(Severity.OK)));
        return lines.toString();
    }

    static String json(Diagnosis diagnosis) {
        ObjectNode root = Json.object();
        root.put("namespace", diagnosis.namespace());
        root.put("location", diagnosis.location());
        root.put("severity", diagnosis.worst().word());
        root.put("exitCode", diagnosis.exitCode());
        ArrayNode findings = root.putArray("findings");
        for (Finding finding : diagnosis.findings()) {
            ObjectNode node = findings.addObject();
            node.put("severity", finding.severity().word());
            node.put("area", finding.area().word());
            node.put("where", finding.where());
            node.put("what", finding.what());
            if (!finding.hint().isEmpty()) {
                node.put("hint", finding.hint());
            }
        }
        return Json.text(root);
    }
}
