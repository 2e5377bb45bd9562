package dev.firn.archive;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.store.Content;
import java.util.Optional;

/** Whatever may stand among the manifests, as JSON. Which it is, the version says: what is no copy has one of its own. */
public final class EntryJson {

    private static final String EXPIRY = "expiry";
    private static final String REPRIEVE = "reprieve";

    private EntryJson() {}

    public static byte[] write(Expiry expiry) {
        ObjectNode json = StrictJson.object();
        begin(json, Expiry.FORMAT_VERSION, EXPIRY, expiry.owner(), expiry.layout(), expiry);
        ArrayNode supersedes = json.putArray("supersedes");
        expiry.supersedes().forEach(supersedes::add);
        json.put("expireAfter", expiry.after());
        json.put("rows", expiry.rows());
        json.put("bytes", expiry.bytes());
        ArrayNode heads = json.putArray("heads");
        expiry.heads().ifPresent(file -> heads.add(write(file)));
        json.put("expiredAt", expiry.expiredAt().toString());
        return StrictJson.write(StrictJson.seal(json));
    }

    public static byte[] write(Reprieve reprieve) {
        ObjectNode json = StrictJson.object();
        begin(json, Reprieve.FORMAT_VERSION, REPRIEVE, reprieve.owner(), reprieve.layout(), reprieve);
        json.put("reprievedAt", reprieve.reprievedAt().toString());
        return StrictJson.write(StrictJson.seal(json));
    }

    private static void begin(
            ObjectNode json, int version, String role, Manifest.Owner owner, ArchiveLayout layout, Entry entry) {
        json.put(ManifestJson.VERSION, version);
        json.put("role", role);
        json.set("owner", ManifestJson.write(owner));
        json.put("namespace", layout.namespace());
        ObjectNode table = json.putObject("table");
        table.put("schema", layout.table().schema());
        table.put("name", layout.table().name());
        json.set("range", ManifestJson.write(entry.range()));
        json.put("generation", entry.generation());
    }

    private static ObjectNode write(Expiry.Heads heads) {
        ObjectNode json = StrictJson.object();
        json.put("key", heads.key());
        json.put("sizeBytes", heads.content().size());
        json.put("sha256", heads.content().sha256());
        json.put("crc32", heads.content().crc32Hex());
        return json;
    }

    /**
     * Reads what lies under the key, trusting nothing: it must be what belongs there.
     *
     * @throws FirnException of category DATA that names the key and what is wrong
     */
    public static Entry read(ArchiveLayout layout, String key, byte[] content) {
        try {
            ObjectNode json = StrictJson.parse(content);
            StrictJson.requireVersion(json, ManifestJson.VERSION, 1, Reprieve.FORMAT_VERSION);
            int version = json.get(ManifestJson.VERSION).intValue();
            if (version < Expiry.FORMAT_VERSION) {
                return ManifestJson.read(layout, key, content);
            }
            StrictJson.unseal(json);
            Entry entry = version == Expiry.FORMAT_VERSION
                    ? Fields.read(json, "", EntryJson::readExpiry)
                    : Fields.read(json, "", EntryJson::readReprieve);
            // It bears namespace and table.
            if (!entry.key().equals(key)) {
                throw new IllegalArgumentException("it belongs under '%s'".formatted(entry.key()));
            }
            return entry;
        } catch (IllegalArgumentException e) {
            throw new FirnException(
                    Category.DATA,
                    key,
                    "reading what stands among the manifests: " + e.getMessage() + "; nothing was changed",
                    "use a newer version of Firn if one wrote it; else compare it with a backup or an older version of the"
                            + " object",
                    e);
        }
    }

    private static Reprieve readReprieve(Fields json) {
        requireRole(json, REPRIEVE);
        return new Reprieve(
                json.object("owner", ManifestJson::readOwner),
                json.text("namespace"),
                json.object("table", EntryJson::readTable),
                json.object("range", ManifestJson::readRange),
                json.integer("generation"),
                json.instant("reprievedAt"));
    }

    private static void requireRole(Fields json, String role) {
        json.integer(ManifestJson.VERSION);
        if (!json.text("role").equals(role)) {
            throw new IllegalArgumentException("the role is '%s'".formatted(json.text("role")));
        }
    }

    private static TableName readTable(Fields table) {
        return new TableName(table.text("schema"), table.text("name"));
    }

    private static Expiry readExpiry(Fields json) {
        requireRole(json, EXPIRY);
        return new Expiry(
                json.object("owner", ManifestJson::readOwner),
                json.text("namespace"),
                json.object("table", EntryJson::readTable),
                json.object("range", ManifestJson::readRange),
                json.integer("generation"),
                json.texts("supersedes"),
                json.text("expireAfter"),
                json.count("rows"),
                json.count("bytes"),
                heads(json),
                json.instant("expiredAt"));
    }

    private static Optional<Expiry.Heads> heads(Fields json) {
        var heads = json.objects("heads", EntryJson::readHeads);
        if (heads.size() > 1) {
            throw new IllegalArgumentException("%d files of heads".formatted(heads.size()));
        }
        return heads.stream().findFirst();
    }

    private static Expiry.Heads readHeads(Fields file) {
        return new Expiry.Heads(
                file.text("key"),
                new Content(file.count("sizeBytes"), file.text("sha256"), ManifestJson.readCrc32(file.text("crc32"))));
    }
}
