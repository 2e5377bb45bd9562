package dev.firn.archive;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * JSON that comes from outside: bounded in every direction, no name twice, nothing behind the end. Objects may be sealed:
 * their last field is then the SHA-256 of themselves without it, in compact form, so that one altered by accident or
 * written in half is noticed wherever it was altered.
 */
final class StrictJson {

    /** What {@link dev.firn.store.ObjectStore#get} reads at most. */
    static final int MAX_BYTES = 16 << 20;

    static final String SEAL = "contentSha256";

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxDocumentLength(MAX_BYTES)
                            .maxNestingDepth(50)
                            .maxNumberLength(20)
                            .maxStringLength(8 << 20)
                            .maxNameLength(1000)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    private StrictJson() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** For people: two spaces of indentation, one element of an array per line, a line end at the end. */
    static byte[] write(ObjectNode node) {
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter(
                        Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER))
                .withObjectIndenter(indenter)
                .withArrayIndenter(indenter);
        try {
            byte[] json = MAPPER.writer(printer)
                    .without(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                    .writeValueAsBytes(node);
            byte[] withEnd = Arrays.copyOf(json, json.length + 1);
            withEnd[json.length] = '\n';
            return withEnd;
        } catch (JacksonException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads exactly one object; an {@link IllegalArgumentException} says where and why it is none. */
    static ObjectNode parse(byte[] json) {
        if (json.length > MAX_BYTES) {
            throw new IllegalArgumentException("%d bytes are more than %d".formatted(json.length, MAX_BYTES));
        }
        JsonNode node;
        try {
            node = MAPPER.readTree(json);
        } catch (JacksonException e) {
            JsonLocation at = e.getLocation();
            String where = at == null ? "" : "line %d, column %d: ".formatted(at.getLineNr(), at.getColumnNr());
            throw new IllegalArgumentException(where + Fields.shown(e.getOriginalMessage(), 300), e);
        } catch (IOException e) {
            throw new IllegalArgumentException("not readable: " + e.getMessage(), e);
        }
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw new IllegalArgumentException("not a JSON object");
    }

    /** Refuses every version of a format but the one that this program reads. */
    static void requireVersion(ObjectNode node, String field, int readable) {
        requireVersion(node, field, readable, readable);
    }

    /** Refuses every version of a format but those that this program reads. */
    static void requireVersion(ObjectNode node, String field, int oldest, int newest) {
        JsonNode version = node.get(field);
        if (version == null || !version.isInt() || version.intValue() < oldest || version.intValue() > newest) {
            throw new IllegalArgumentException("%s is %s, this version of Firn reads %s"
                    .formatted(
                            field,
                            Fields.shown(String.valueOf(version), 40),
                            oldest == newest ? Integer.toString(newest) : oldest + " to " + newest));
        }
    }

    /** Adds the seal as the last field, in place of one that is there. */
    static ObjectNode seal(ObjectNode node) {
        node.remove(SEAL);
        return node.put(SEAL, sealOf(node));
    }

    /** Takes the seal off, having found it whole. */
    static void unseal(ObjectNode node) {
        JsonNode seal = node.remove(SEAL);
        if (seal == null || !seal.isTextual()) {
            throw new IllegalArgumentException("it has no %s: it was not written to its end".formatted(SEAL));
        }
        String actual = sealOf(node);
        if (!actual.equals(seal.textValue())) {
            throw new IllegalArgumentException("%s is %s, of what it holds it would be %s: it was altered"
                    .formatted(SEAL, Fields.shown(seal.textValue(), 70), actual));
        }
    }

    private static String sealOf(ObjectNode node) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(MAPPER.writeValueAsBytes(node)));
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not text: " + Fields.shown(e.getOriginalMessage(), 300), e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
