package dev.firn.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * How one kind of value is written in a file: what reads and checks it, and what the reference says of it.
 *
 * @param description for the reference
 * @param confidential whether no part of a value may ever be shown
 */
record ValueType<T>(String description, boolean confidential, Parser<T> parser) {

    /** Reads a value, or says what it should have been. */
    @FunctionalInterface
    interface Parser<T> {
        T parse(ConfigValue value) throws BadValue;
    }

    /** Reads a value that is written as a plain text. */
    @FunctionalInterface
    interface TextParser<T> {
        T parse(String text) throws BadValue;
    }

    T parse(ConfigValue value) throws BadValue {
        return parser.parse(value);
    }

    static <T> ValueType<T> ofText(String description, TextParser<T> parser) {
        return new ValueType<>(description, false, value -> parser.parse(scalar(value, description)));
    }

    static ValueType<String> text() {
        return ofText("text", text -> text);
    }

    static ValueType<Secret> secret() {
        return new ValueType<>("secret text", true, value -> new Secret(exact(value, "text")));
    }

    static ValueType<Boolean> flag() {
        return ofText("true or false", text -> switch (text) {
            case "true", "yes", "on" -> true;
            case "false", "no", "off" -> false;
            default -> throw new BadValue("expects true or false");
        });
    }

    static ValueType<Integer> wholeNumber(int from, int to) {
        String description = "whole number, %d to %d".formatted(from, to);
        return ofText(description, text -> {
            long number;
            try {
                number = Long.parseLong(text);
            } catch (NumberFormatException e) {
                throw new BadValue("expects a " + description);
            }
            if (number < from || number > to) {
                throw new BadValue("expects a " + description);
            }
            return (int) number;
        });
    }

    static ValueType<Long> size(long from, long to) {
        String description = "size, %s to %s".formatted(Show.size(from), Show.size(to));
        return ofText(description, text -> sizeWithin(text, from, to, description));
    }

    static ValueType<OptionalLong> sizeOrOff(long from, long to) {
        String description = "size, %s to %s, or off".formatted(Show.size(from), Show.size(to));
        return ofText(
                description,
                text -> text.equals("off")
                        ? OptionalLong.empty()
                        : OptionalLong.of(sizeWithin(text, from, to, description)));
    }

    private static long sizeWithin(String text, long from, long to, String description) throws BadValue {
        long bytes;
        try {
            bytes = bytes(text);
        } catch (ConfigException | ArithmeticException e) {
            throw new BadValue("expects a size such as 64MiB");
        }
        if (bytes < from || bytes > to) {
            throw new BadValue("expects a " + description);
        }
        return bytes;
    }

    /** A choice among the constants of an enum, spelt in lower case with hyphens. */
    static <E extends Enum<E>> ValueType<E> choice(Class<E> constants) {
        List<String> names = new ArrayList<>();
        for (E constant : constants.getEnumConstants()) {
            names.add(spelling(constant));
        }
        String description = "one of " + String.join(", ", names);
        return ofText(description, text -> {
            for (E constant : constants.getEnumConstants()) {
                if (spelling(constant).equals(text)) {
                    return constant;
                }
            }
            throw new BadValue("expects " + description);
        });
    }

    static ValueType<List<String>> names() {
        String expectation = "expects a list of names such as [ stream_name, type ]";
        return new ValueType<>("list of names", false, value -> {
            if (!(value instanceof ConfigList list)) {
                throw new BadValue(expectation);
            }
            List<String> names = new ArrayList<>();
            for (ConfigValue element : list) {
                String name = scalar(element, "list of names");
                if (names.contains(name)) {
                    throw new BadValue("names something twice", "'" + name + "'");
                }
                names.add(name);
            }
            return List.copyOf(names);
        });
    }

    static String spelling(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Environment variables are always texts, so a number or a flag in quotes is as good as one without. */
    static String scalar(ConfigValue value, String description) throws BadValue {
        return exact(value, description).strip();
    }

    /** With the spaces around it, which may belong to a password. */
    private static String exact(ConfigValue value, String description) throws BadValue {
        ConfigValueType type = value.valueType();
        if (type == ConfigValueType.OBJECT || type == ConfigValueType.LIST) {
            throw new BadValue("expects a single value: " + description);
        }
        if (type == ConfigValueType.NULL) {
            throw new BadValue("null says nothing: leave the line out instead");
        }
        String text = value.atKey("v").getString("v");
        if (text.isBlank()) {
            throw new BadValue("is empty: give a value or leave the line out");
        }
        return text;
    }

    private static long bytes(String text) {
        return ConfigValueFactory.fromAnyRef(text)
                .atKey("v")
                .getMemorySize("v")
                .toBytesBigInteger()
                .longValueExact();
    }
}
