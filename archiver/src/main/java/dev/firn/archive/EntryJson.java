package dev.firn.archive;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.FirnException;
import dev.firn.FirnException.Category;
import dev.firn.TableName;
import dev.firn.store.Content;
import java.util.Optional;

/** Whatever may stand among the manifests, as JSON. Which it is, the version says: that of {@link Expiry} is its own. */
public final class EntryJson {

    private static final String ROLE = "expiry";

    private EntryJson() {}

    public static byte[] write(Expiry expiry) {
        ObjectNode json = StrictJson.object();
        json.put(ManifestJson.VERSION, Expiry.FORMAT_VERSION);
        json.put("role", ROLE);
        json.set("owner", ManifestJson.write(expiry.owner()));
        json.put("namespace", expiry.namespace());
        ObjectNode table = json.putObject("table");
        table.put("schema", expiry.table().schema());
        table.put("name", expiry.table().name());
        json.set("range", ManifestJson.write(expiry.range()));
        json.put("generation", expiry.generation());
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
            StrictJson.requireVersion(json, ManifestJson.VERSION, 1, Expiry.FORMAT_VERSION);
            if (json.get(ManifestJson.VERSION).intValue() < Expiry.FORMAT_VERSION) {
                return ManifestJson.read(layout, key, content);
            }
            StrictJson.unseal(json);
            Expiry expiry = Fields.read(json, "", EntryJson::read);
            if (!expiry.layout().equals(layout) || !expiry.key().equals(key)) {
                throw new IllegalArgumentException("it belongs under '%s'".formatted(expiry.key()));
            }
            return expiry;
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

    private static Expiry read(Fields json) {
        json.integer(ManifestJson.VERSION);
        if (!json.text("role").equals(ROLE)) {
            throw new IllegalArgumentException("the role is '%s'".formatted(json.text("role")));
        }
        return new Expiry(
                json.object("owner", ManifestJson::readOwner),
                json.text("namespace"),
                json.object("table", table -> new TableName(table.text("schema"), table.text("name"))),
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
