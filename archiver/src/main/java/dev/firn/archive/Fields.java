package dev.firn.archive;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * One JSON object on its way to a record: each field is asked for once, by name and type, and what nobody asked for is an
 * error. Every complaint is an {@link IllegalArgumentException} that starts with the path of the field.
 */
final class Fields {

    private static final int SHOWN = 80;

    private final ObjectNode node;
    private final String path;
    private final Set<String> asked = new HashSet<>();

    private Fields(ObjectNode node, String path) {
        this.node = node;
        this.path = path;
    }

    /** Builds something of all fields of an object. */
    static <T> T read(JsonNode node, String path, Function<Fields, T> builder) {
        if (!(node instanceof ObjectNode object)) {
            throw wrong(path, node, "an object");
        }
        Fields fields = new Fields(object, path);
        T built;
        try {
            built = builder.apply(fields);
        } catch (Malformed e) {
            throw e;
        } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
            throw new Malformed(path, shown(e.getMessage(), 400), e);
        }
        object.fieldNames().forEachRemaining(name -> {
            if (!fields.asked.contains(name)) {
                throw new Malformed(fields.inner(name), "is not a field of this format", null);
            }
        });
        return built;
    }

    String text(String name) {
        return asText(get(name), inner(name));
    }

    boolean flag(String name) {
        JsonNode value = get(name);
        if (!value.isBoolean()) {
            throw wrong(inner(name), value, "true or false");
        }
        return value.booleanValue();
    }

    /** A count: an integer that is not negative. */
    long count(String name) {
        JsonNode value = get(name);
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
            throw wrong(inner(name), value, "an integer of 0 or more");
        }
        return value.longValue();
    }

    int integer(String name) {
        JsonNode value = get(name);
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw wrong(inner(name), value, "an integer of 32 bits");
        }
        return value.intValue();
    }

    /** An integer of 64 bits, which travels as text: readers that keep numbers as doubles would round it. */
    long int64(String name) {
        String text = text(name);
        try {
            long value = Long.parseLong(text);
            if (Long.toString(value).equals(text)) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw new Malformed(inner(name), "'%s' is not an integer of 64 bits".formatted(shown(text, SHOWN)), e);
        }
        throw new Malformed(inner(name), "'%s' is an odd way to write an integer".formatted(text), null);
    }

    Instant instant(String name) {
        String text = text(name);
        Instant instant;
        try {
            instant = Instant.parse(text);
        } catch (DateTimeException e) {
            throw new Malformed(inner(name), "'%s' is not a time in UTC".formatted(shown(text, SHOWN)), e);
        }
        if (!instant.toString().equals(text)) {
            throw new Malformed(
                    inner(name), "'%s' is an odd way to write %s".formatted(shown(text, SHOWN), instant), null);
        }
        return instant;
    }

    /** One of a closed set, by how it is spelled. */
    <T> T oneOf(String name, T[] values, Function<T, String> spelling) {
        String text = text(name);
        return Stream.of(values)
                .filter(value -> spelling.apply(value).equals(text))
                .findFirst()
                .orElseThrow(() -> new Malformed(
                        inner(name),
                        "'%s' is none of %s"
                                .formatted(
                                        shown(text, SHOWN),
                                        Stream.of(values).map(spelling).toList()),
                        null));
    }

    <T> T object(String name, Function<Fields, T> builder) {
        return read(get(name), inner(name), builder);
    }

    boolean isNull(String name) {
        return get(name).isNull();
    }

    <T> List<T> objects(String name, Function<Fields, T> builder) {
        return list(name, (element, at) -> read(element, at, builder));
    }

    List<String> texts(String name) {
        return list(name, Fields::asText);
    }

    Map<String, String> textMap(String name) {
        return map(name, Fields::asText);
    }

    /** An object whose names are data. */
    <T> Map<String, T> map(String name, BiFunction<JsonNode, String, T> each) {
        JsonNode value = get(name);
        if (!value.isObject()) {
            throw wrong(inner(name), value, "an object");
        }
        Map<String, T> map = new LinkedHashMap<>();
        value.properties().forEach(entry -> {
            String at = inner(name) + "." + shown(entry.getKey(), SHOWN);
            map.put(requireText(entry.getKey(), at), each.apply(entry.getValue(), at));
        });
        return map;
    }

    private <T> List<T> list(String name, BiFunction<JsonNode, String, T> each) {
        JsonNode value = get(name);
        if (!value.isArray()) {
            throw wrong(inner(name), value, "an array");
        }
        List<T> list = new ArrayList<>(value.size());
        for (int i = 0; i < value.size(); i++) {
            list.add(each.apply(value.get(i), "%s[%d]".formatted(inner(name), i)));
        }
        return list;
    }

    private JsonNode get(String name) {
        asked.add(name);
        JsonNode value = node.get(name);
        if (value == null) {
            throw new Malformed(inner(name), "is missing", null);
        }
        return value;
    }

    private String inner(String name) {
        return path.isEmpty() ? shown(name, SHOWN) : path + "." + shown(name, SHOWN);
    }

    private static String asText(JsonNode value, String at) {
        if (!value.isTextual()) {
            throw wrong(at, value, "text");
        }
        return requireText(value.textValue(), at);
    }

    private static String requireText(String text, String at) {
        if (text.indexOf('\0') >= 0) {
            throw new Malformed(at, "'%s' holds a NUL".formatted(shown(text, SHOWN)), null);
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new Malformed(at, "is not text: it holds half of a character", null);
        }
        return text;
    }

    private static Malformed wrong(String at, JsonNode value, String wanted) {
        return new Malformed(at, "is %s, not %s".formatted(shown(value.toString(), SHOWN), wanted), null);
    }

    /** Foreign text for a message: cut, and without what could forge lines of a log. */
    static String shown(String text, int most) {
        String cut = text.length() <= most ? text : text.substring(0, most) + "…";
        return cut.replaceAll("\\p{Cntrl}", "\uFFFD");
    }

    /** What is wrong, with the path of the field. */
    private static final class Malformed extends IllegalArgumentException {

        private static final long serialVersionUID = 1;

        Malformed(String path, String what, Throwable cause) {
            super(path.isEmpty() ? what : path + ": " + what, cause);
        }
    }
}
