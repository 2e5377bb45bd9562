package dev.firn.types;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Gives the columns of a table their names and ids in Parquet, so that a file written today can be read together with
 * every file written before: a name never changes its type, an id never its column.
 */
public final class Columns {

    /** The map column that carries what the typed columns cannot hold. */
    public static final String EXCEPTIONS = "firn_exceptions";

    /** Names of Firn's own column and of the partition columns in the keys: a table that has both is unreadable. */
    private static final Set<String> RESERVED = Set.of(EXCEPTIONS, "chunk", "dt");

    private Columns() {}

    /**
     * Columns in the order given. One that was there before, by name, attribute number and column type, stays as it was;
     * any other gets a new id, and a name that no file holds under another column type.
     *
     * @param everUsed all columns of this table that any manifest or catalogue names
     */
    public static List<Column> assign(List<SourceColumn> live, List<Column> everUsed) {
        Set<String> taken = new HashSet<>(RESERVED);
        List<Optional<Column>> known = new ArrayList<>(live.size());
        for (SourceColumn column : live) {
            Optional<Column> before = before(column, everUsed, taken);
            before.ifPresent(found -> taken.add(found.parquetName()));
            known.add(before);
        }
        int lastId = everUsed.stream().mapToInt(Column::fieldId).max().orElse(0);
        List<Column> assigned = new ArrayList<>(live.size());
        for (int i = 0; i < live.size(); i++) {
            SourceColumn column = live.get(i);
            Optional<Column> before = known.get(i);
            String name = before.map(Column::parquetName).orElseGet(() -> freshName(column, everUsed, taken));
            int id = before.isPresent() ? before.get().fieldId() : ++lastId;
            taken.add(name);
            assigned.add(new Column(
                    column.name(), name, id, column.attnum(), column.type(), column.notNull(), column.generated()));
        }
        if (lastId >= ListCodec.ELEMENT_FIELD_ID_OFFSET) {
            throw new IllegalStateException("%d columns were ever used".formatted(lastId));
        }
        return List.copyOf(assigned);
    }

    /** Whether files with these columns can be read together with every file that has those. */
    public static boolean agree(List<Column> columns, List<Column> everUsed) {
        return columns.stream().allMatch(column -> everUsed.stream().noneMatch(used -> contradicts(column, used)));
    }

    private static boolean contradicts(Column column, Column used) {
        boolean sameName = used.parquetName().equals(column.parquetName());
        return sameName
                ? !used.name().equals(column.name()) || !Codecs.sameInParquet(used.type(), column.type())
                : used.fieldId() == column.fieldId();
    }

    private static Optional<Column> before(SourceColumn column, List<Column> everUsed, Set<String> taken) {
        return everUsed.stream()
                .filter(used -> used.name().equals(column.name())
                        && used.attnum() == column.attnum()
                        && !taken.contains(used.parquetName())
                        && Codecs.sameInParquet(used.type(), column.type()))
                .reduce((earlier, later) -> later);
    }

    private static String freshName(SourceColumn column, List<Column> everUsed, Set<String> taken) {
        String safe = safeName(column.name());
        String candidate = safe;
        for (int suffix = 2; taken.contains(candidate) || clashes(candidate, column, everUsed); suffix++) {
            candidate = safe + "_" + suffix;
        }
        return candidate;
    }

    private static boolean clashes(String candidate, SourceColumn column, List<Column> everUsed) {
        return everUsed.stream()
                .filter(used -> used.parquetName().equals(candidate))
                .anyMatch(used ->
                        !used.name().equals(column.name()) || !Codecs.sameInParquet(used.type(), column.type()));
    }

    /** Letters a to z, digits and underscores only; engines lower-case names, and only the underscore is safe in Athena. */
    private static String safeName(String name) {
        StringBuilder safe = new StringBuilder(name.length());
        name.codePoints().forEach(point -> {
            if (point >= 'A' && point <= 'Z') {
                safe.append((char) (point - 'A' + 'a'));
            } else {
                boolean allowed = (point >= 'a' && point <= 'z') || (point >= '0' && point <= '9');
                safe.append(allowed ? (char) point : '_');
            }
        });
        return Character.isDigit(safe.charAt(0)) ? "c_" + safe : safe.toString();
    }
}
