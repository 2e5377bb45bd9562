package dev.firn.lifecycle.doctor;

import java.util.Comparator;
import java.util.List;

/**
 * All that was found.
 *
 * @param location URL of the archive, without secrets
 * @param findings in the order of their areas and, within one, of the examinations
 */
public record Diagnosis(String namespace, String location, List<Finding> findings) {

    public Diagnosis {
        findings = findings.stream()
                .sorted(Comparator.comparing(Finding::area))
                .distinct()
                .toList();
    }

    public Severity worst() {
        return findings.stream()
                .map(Finding::severity)
                .max(Comparator.naturalOrder())
                .orElse(Severity.OK);
    }

    public long count(Severity severity) {
        return findings.stream()
                .filter(finding -> finding.severity() == severity)
                .count();
    }

    public int exitCode() {
        return worst().exitCode();
    }
}
