package dev.firn.archive;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.TimeKind;
import dev.firn.TimeRange;
import dev.firn.archive.Manifest.DataFile;
import dev.firn.archive.Manifest.Owner;
import dev.firn.archive.Manifest.ProofRecord;
import dev.firn.archive.Manifest.SourceEvidence;
import dev.firn.copy.Digest;
import dev.firn.store.Content;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A manifest as JSON, field by field. Positions in time are text, because a reader that keeps numbers as doubles loses
 * their last digits; beside each stands its form for people, which is not read. A field that this version does not know
 * is refused, not skipped: it may say that rows are to be left out. So whatever is added gets a new format version.
 */
public final class ManifestJson {

    static final String VERSION = "formatVersion";

    private ManifestJson() {}

    public static byte[] write(Manifest manifest) {
        ObjectNode json = StrictJson.object();
        json.put(VERSION, manifest.description().types().isEmpty() ? 1 : 2);
        json.set("owner", write(manifest.owner()));
        json.put("namespace", manifest.namespace());
        ObjectNode table = json.putObject("table");
        table.put("schema", manifest.table().schema());
        table.put("name", manifest.table().name());
        TimeRange range = manifest.range();
        json.set("range", write(range));
        json.put("generation", manifest.generation());
        json.put("attempt", manifest.attempt().id());
        json.put("role", spelling(manifest.role()));
        manifest.supersedes().forEach(json.putArray("supersedes")::add);
        json.put("partitionBy", manifest.partitionBy().text());
        json.put("rows", manifest.rows());
        json.put("bytes", manifest.bytes());
        json.put("digest", manifest.digest().hex());
        json.set("description", DescriptionJson.write(manifest.description()));
        json.set("source", write(manifest.source()));
        ArrayNode files = json.putArray("files");
        manifest.files().forEach(file -> files.add(write(range.kind(), file)));
        ObjectNode proof = json.putObject("proof");
        proof.put("method", manifest.proof().method().text());
        proof.put("at", manifest.proof().at().toString());
        proof.put("firnVersion", manifest.proof().firnVersion());
        json.put("createdAt", manifest.createdAt().toString());
        byte[] bytes = StrictJson.write(StrictJson.seal(json));
        if (bytes.length > StrictJson.MAX_BYTES) {
            throw new FirnException(
                    Category.REFUSED,
                    manifest.toString(),
                    "its manifest, of %d files, would take %d bytes, more than %d; nothing was published"
                            .formatted(manifest.files().size(), bytes.length, StrictJson.MAX_BYTES),
                    "set a larger target file size, or partition by chunk");
        }
        return bytes;
    }

    /**
     * Reads what lies under the key, trusting nothing: it must be the manifest that belongs there.
     *
     * @throws FirnException of category DATA that names the key and what is wrong
     */
    public static Manifest read(ArchiveLayout layout, String key, byte[] content) {
        try {
            ObjectNode json = StrictJson.parse(content);
            StrictJson.requireVersion(json, VERSION, 1, Manifest.FORMAT_VERSION);
            StrictJson.unseal(json);
            Manifest manifest = Fields.read(json, "", ManifestJson::read);
            if (!manifest.layout().equals(layout) || !manifest.key().equals(key)) {
                throw new IllegalArgumentException("it belongs under '%s'".formatted(manifest.key()));
            }
            return manifest;
        } catch (IllegalArgumentException e) {
            throw new FirnException(
                    Category.DATA,
                    key,
                    "reading the manifest: " + e.getMessage()
                            + "; nothing was changed, and no chunk is dropped on its word",
                    "compare it with a backup or an older version of the object; the files that it names are untouched",
                    e);
        }
    }

    private static Manifest read(Fields json) {
        int version = json.integer(VERSION);
        TimeRange range = json.object("range", ManifestJson::readRange);
        Attempt attempt = new Attempt(range, json.text("attempt"));
        if (json.integer("generation") != attempt.generation()) {
            throw new IllegalArgumentException(
                    "generation %d of attempt %s".formatted(json.integer("generation"), attempt.id()));
        }
        Manifest manifest = new Manifest(
                json.object("owner", ManifestJson::readOwner),
                json.text("namespace"),
                json.object("table", table -> new TableName(table.text("schema"), table.text("name"))),
                attempt,
                json.oneOf("role", Manifest.Role.values(), ManifestJson::spelling),
                json.texts("supersedes"),
                json.oneOf("partitionBy", PartitionBy.values(), PartitionBy::text),
                json.object("description", table -> DescriptionJson.read(table, version)),
                Digest.of(json.count("rows"), json.text("digest")),
                json.object("source", ManifestJson::readSource),
                json.objects("files", ManifestJson::readFile),
                json.object("proof", ManifestJson::readProof),
                json.instant("createdAt"));
        if (json.count("bytes") != manifest.bytes()) {
            throw new IllegalArgumentException(
                    "bytes: %d, its files have %d".formatted(json.count("bytes"), manifest.bytes()));
        }
        return manifest;
    }

    static ObjectNode write(Owner owner) {
        ObjectNode json = StrictJson.object();
        json.put("locationId", owner.locationId());
        json.put("epoch", owner.epoch());
        json.put("firnVersion", owner.firnVersion());
        return json;
    }

    static Owner readOwner(Fields owner) {
        return new Owner(owner.text("locationId"), owner.text("epoch"), owner.text("firnVersion"));
    }

    static ObjectNode write(TimeRange range) {
        ObjectNode json = StrictJson.object();
        json.put("kind", spelling(range.kind()));
        json.set("start", write(range.kind(), range.start()));
        json.set("end", write(range.kind(), range.end()));
        return json;
    }

    private static ObjectNode write(TimeKind kind, long position) {
        ObjectNode json = StrictJson.object();
        json.put("position", Long.toString(position));
        json.put("text", TimeRange.show(kind, position));
        return json;
    }

    private static long readPosition(Fields json) {
        json.text("text");
        return json.int64("position");
    }

    static TimeRange readRange(Fields json) {
        return new TimeRange(
                json.oneOf("kind", TimeKind.values(), ManifestJson::spelling),
                json.object("start", ManifestJson::readPosition),
                json.object("end", ManifestJson::readPosition));
    }

    private static ObjectNode write(SourceEvidence source) {
        ObjectNode json = StrictJson.object();
        json.put("database", source.database());
        json.put("server", source.server());
        json.put("relation", source.relation());
        json.put("compressed", source.compressed());
        json.put("snapshot", source.snapshot());
        json.put("exportedAt", source.exportedAt().toString());
        json.put("fingerprint", source.fingerprint());
        return json;
    }

    private static SourceEvidence readSource(Fields json) {
        return new SourceEvidence(
                json.text("database"),
                json.text("server"),
                json.text("relation"),
                json.flag("compressed"),
                json.text("snapshot"),
                json.instant("exportedAt"),
                json.text("fingerprint"));
    }

    private static ObjectNode write(TimeKind kind, DataFile file) {
        ObjectNode json = StrictJson.object();
        json.put("key", file.key());
        json.put("incomingKey", file.incomingKey());
        json.put("partition", file.partition());
        json.put("sizeBytes", file.content().size());
        json.put("sha256", file.content().sha256());
        json.put("crc32", file.content().crc32Hex());
        json.put("rows", file.rows());
        json.set("minTime", write(kind, file.minTime()));
        json.set("maxTime", write(kind, file.maxTime()));
        return json;
    }

    private static DataFile readFile(Fields json) {
        return new DataFile(
                json.text("incomingKey"),
                json.text("key"),
                json.text("partition"),
                new Content(json.count("sizeBytes"), json.text("sha256"), readCrc32(json.text("crc32"))),
                json.count("rows"),
                json.object("minTime", ManifestJson::readPosition),
                json.object("maxTime", ManifestJson::readPosition));
    }

    static int readCrc32(String hex) {
        if (!hex.matches("[0-9a-f]{8}")) {
            throw new IllegalArgumentException("'%s' is not a CRC-32".formatted(hex));
        }
        return HexFormat.fromHexDigits(hex);
    }

    private static ProofRecord readProof(Fields json) {
        return new ProofRecord(
                json.oneOf("method", ProofMethod.values(), ProofMethod::text),
                json.instant("at"),
                json.text("firnVersion"));
    }

    private static String spelling(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
