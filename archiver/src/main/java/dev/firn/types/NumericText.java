package dev.firn.types;

import java.util.Arrays;

/** {@code numeric} as PostgreSQL prints it: every digit, and as many after the point as the value says. */
final class NumericText {

    private final NumericWire wire = new NumericWire();
    private byte[] text = new byte[64];
    private int length;

    /** Makes the text of a value; answers false for one that would not come back the same. */
    boolean show(byte[] bytes, int offset, int size) {
        length = 0;
        NumericWire.Special special = NumericWire.Special.of(bytes, offset, size);
        if (special != null) {
            for (char character : special.text().toCharArray()) {
                put(character);
            }
            return true;
        }
        if (!wire.take(bytes, offset, size)) {
            return false;
        }
        if (wire.negative()) {
            put('-');
        }
        int beforePoint = wire.count() - wire.scale();
        if (beforePoint <= 0) {
            put('0');
        }
        for (int i = 0; i < beforePoint; i++) {
            put(wire.digits()[wire.first() + i]);
        }
        if (wire.scale() > 0) {
            put('.');
        }
        for (int i = beforePoint; i < wire.count(); i++) {
            put(i < 0 ? '0' : wire.digits()[wire.first() + i]);
        }
        return true;
    }

    byte[] text() {
        return text;
    }

    int length() {
        return length;
    }

    /** Appends the bytes of what {@link #show} made. */
    void parse(String shown, RowBatch out) {
        NumericWire.Special special = NumericWire.Special.of(shown);
        if (special != null) {
            special.append(out);
            return;
        }
        length = 0;
        int point = shown.indexOf('.');
        boolean negative = shown.startsWith("-");
        for (int i = negative ? 1 : 0; i < shown.length(); i++) {
            char digit = shown.charAt(i);
            if (digit >= '0' && digit <= '9') {
                if (length > 0 || digit != '0') {
                    put(digit);
                }
            } else if (i != point) {
                throw Leaf.unreadable("a number", shown);
            }
        }
        int beforePoint = (point < 0 ? shown.length() : point) - (negative ? 1 : 0);
        int scale = point < 0 ? 0 : shown.length() - point - 1;
        boolean zerosBefore = beforePoint > 1 && shown.charAt(negative ? 1 : 0) == '0';
        boolean minusZero = negative && zero();
        if (beforePoint == 0 || zerosBefore || minusZero || (point >= 0 && scale == 0)) {
            throw Leaf.unreadable("a number", shown);
        }
        NumericWire.append(negative, text, 0, length, scale, out);
    }

    private boolean zero() {
        for (int i = 0; i < length; i++) {
            if (text[i] != '0') {
                return false;
            }
        }
        return true;
    }

    private void put(int character) {
        if (length == text.length) {
            text = Arrays.copyOf(text, 2 * length);
        }
        text[length++] = (byte) character;
    }
}
