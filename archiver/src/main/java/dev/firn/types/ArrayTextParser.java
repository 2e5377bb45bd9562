package dev.firn.types;

import java.util.ArrayList;
import java.util.List;

/** Reads back one array that {@link ArrayText} printed. */
final class ArrayTextParser {

    private final String text;
    private final Leaf element;
    private final RowBatch out;
    private final List<Integer> lowerBounds = new ArrayList<>();
    private int at;
    private boolean hasNull;

    ArrayTextParser(String text, Leaf element, RowBatch out) {
        this.text = text;
        this.element = element;
        this.out = out;
    }

    void parse() {
        if (text.equals("{}")) {
            ArrayWire.appendEmpty(out);
            return;
        }
        parseBounds();
        int dimensions = countDimensions();
        ArrayWire.appendHeader(out, dimensions);
        int sizes = out.fieldLength();
        for (int i = 0; i < dimensions; i++) {
            out.appendInt(0);
            out.appendInt(lowerBounds.isEmpty() ? 1 : lowerBounds.get(i));
        }
        parseDimension(0, dimensions, sizes);
        if (at != text.length()) {
            throw unreadable();
        }
        ArrayWire.setHasNull(out, hasNull);
    }

    private void parseBounds() {
        while (peek() == '[') {
            int colon = text.indexOf(':', at);
            int close = text.indexOf(']', at);
            if (colon < 0 || close < colon) {
                throw unreadable();
            }
            lowerBounds.add(Integer.parseInt(text.substring(at + 1, colon)));
            at = close + 1;
        }
        if (!lowerBounds.isEmpty()) {
            expect('=');
        }
    }

    private int countDimensions() {
        int braces = 0;
        while (at + braces < text.length() && text.charAt(at + braces) == '{') {
            braces++;
        }
        if (braces == 0 || (!lowerBounds.isEmpty() && lowerBounds.size() != braces)) {
            throw unreadable();
        }
        return braces;
    }

    private void parseDimension(int dimension, int dimensions, int sizes) {
        expect('{');
        int elements = 0;
        do {
            if (elements > 0) {
                expect(',');
            }
            if (dimension == dimensions - 1) {
                parseElement();
            } else {
                parseDimension(dimension + 1, dimensions, sizes);
            }
            elements++;
        } while (peek() == ',');
        expect('}');
        int place = out.fieldStart() + sizes + dimension * ArrayWire.DIMENSION_BYTES;
        BigEndian.putInt(out.bytes(), place, elements);
    }

    private void parseElement() {
        String shown = peek() == '"' ? quoted() : plain();
        if (shown == null) {
            out.appendInt(ArrayWire.NULL);
            hasNull = true;
            return;
        }
        int size = ArrayWire.beginElement(out);
        element.parse(shown, out);
        ArrayWire.endElement(out, size);
    }

    private String quoted() {
        StringBuilder shown = new StringBuilder();
        expect('"');
        while (peek() != '"') {
            if (peek() == '\\') {
                at++;
            }
            shown.append(peek());
            at++;
        }
        expect('"');
        return shown.toString();
    }

    /** An element without quotes; null for NULL. */
    private String plain() {
        int start = at;
        while (peek() != ',' && peek() != '}') {
            at++;
        }
        String shown = text.substring(start, at);
        return shown.equals("NULL") ? null : shown;
    }

    private char peek() {
        if (at >= text.length()) {
            throw unreadable();
        }
        return text.charAt(at);
    }

    private void expect(char expected) {
        if (peek() != expected) {
            throw unreadable();
        }
        at++;
    }

    private RuntimeException unreadable() {
        return Leaf.unreadable("an array", text);
    }
}
