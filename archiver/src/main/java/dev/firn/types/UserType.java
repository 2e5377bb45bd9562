package dev.firn.types;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What {@link PgType} does not say of a domain or a composite type, and what it takes to make it again.
 *
 * @param attributes of a composite type, in order
 * @param defaultExpression of a domain
 * @param notNull of a domain
 * @param checks of a domain: name to definition, as {@code pg_get_constraintdef} prints it
 */
public record UserType(
        String schema,
        String name,
        List<Attribute> attributes,
        Optional<String> defaultExpression,
        boolean notNull,
        Map<String, String> checks) {

    /** One attribute of a composite type. */
    public record Attribute(String name, PgType type) {

        public Attribute {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(type, "type");
        }
    }

    public UserType {
        Objects.requireNonNull(schema, "schema");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(defaultExpression, "defaultExpression");
        attributes = List.copyOf(attributes);
        checks = Map.copyOf(checks);
        if (!attributes.isEmpty() && (notNull || defaultExpression.isPresent() || !checks.isEmpty())) {
            throw new IllegalArgumentException("%s.%s is a domain and has attributes".formatted(schema, name));
        }
    }

    /** Whether it is what makes that type. */
    public boolean makes(PgType type) {
        return schema.equals(type.schema()) && name.equals(type.name());
    }
}
