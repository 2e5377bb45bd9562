package dev.firn.types;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * A value as text that is sure to lead back to the same bytes: its own text form where parsing that proves it, else
 * {@code \x} and the bytes in hexadecimal.
 */
final class TextForm {

    private static final String HEX = "\\x";
    private static final int SCRATCH_BYTES = 1 << 12;

    private final Show show;
    private final Parse parse;
    private RowBatch scratch;

    /** Makes text of a value, or answers null. */
    @FunctionalInterface
    interface Show {
        String text(byte[] bytes, int offset, int length);
    }

    /** Appends the bytes of a text. */
    @FunctionalInterface
    interface Parse {
        void parse(String text, RowBatch out);
    }

    TextForm(Show show, Parse parse) {
        this.show = show;
        this.parse = parse;
    }

    String toText(byte[] bytes, int offset, int length) {
        String text = show.text(bytes, offset, length);
        if (text != null && !text.startsWith(HEX) && leadsBack(text, bytes, offset, length)) {
            return text;
        }
        return HEX + HexFormat.of().formatHex(bytes, offset, offset + length);
    }

    void fromText(String text, RowBatch out) {
        if (text.startsWith(HEX)) {
            byte[] bytes = HexFormat.of().parseHex(text, HEX.length(), text.length());
            out.append(bytes, 0, bytes.length);
        } else {
            parse.parse(text, out);
        }
    }

    private boolean leadsBack(String text, byte[] bytes, int offset, int length) {
        if (scratch == null) {
            scratch = new RowBatch(1, 1, SCRATCH_BYTES);
        }
        scratch.clear();
        scratch.beginField();
        parse.parse(text, scratch);
        return Arrays.equals(scratch.bytes(), 0, scratch.size(), bytes, offset, offset + length);
    }
}
