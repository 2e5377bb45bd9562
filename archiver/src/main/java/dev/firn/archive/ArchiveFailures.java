package dev.firn.archive;

import dev.firn.FirnException;
import dev.firn.FirnException.Category;

/** What can be wrong with an archive, in words for whoever is on call. */
final class ArchiveFailures {

    private ArchiveFailures() {}

    static FirnException vanished(String key) {
        return new FirnException(
                Category.DATA,
                key,
                "the manifest was listed, and is not there any more; nothing was changed",
                "Firn never removes a manifest: find out who did, and bring it back from a backup or an older version");
    }

    static FirnException notAManifest(String key, IllegalArgumentException cause) {
        return new FirnException(
                Category.DATA,
                key,
                "listing the manifests: this object is none; nothing was changed, because what stands there might be a"
                        + " manifest that this version does not understand",
                "move it out of the way if it is not Firn's; use a newer version of Firn if it is",
                cause);
    }

    static FirnException notPublished(Manifest manifest) {
        return new FirnException(
                Category.REFUSED,
                manifest.toString(),
                "its manifest is not the one published as '%s'; nothing was changed".formatted(manifest.key()),
                "nothing to do: another worker's copy counts, and the next run goes on with that one");
    }

    static FirnException superseded(Manifest manifest) {
        return new FirnException(
                Category.REFUSED,
                manifest.toString(),
                "a newer copy has taken its place; nothing was promoted for it that will stay",
                "nothing to do: the next run goes on with the newer copy");
    }

    static FirnException broken(Manifest manifest, String key) {
        return new FirnException(
                Category.DATA,
                manifest.toString(),
                "promoting the copy: '%s' is neither in incoming/ nor whole under data/; the chunk was not dropped on the"
                                .formatted(key)
                        + " word of this copy",
                "look for the object among older versions or in a backup; where no file of the copy is left at all, the next"
                        + " run copies the chunk again while that is the one it was made of");
    }

    static FirnException altered(Manifest manifest, String key) {
        return new FirnException(
                Category.DATA,
                manifest.toString(),
                "promoting the copy: '%s' is not what was proven; it was left where no reader looks, and the chunk was not"
                                .formatted(key)
                        + " dropped on the word of this copy",
                "find out who changes objects under incoming/; while the chunk is in the database, remove the object, and"
                        + " the next run can copy the chunk again");
    }

    static FirnException swept(Manifest manifest, String key) {
        return new FirnException(
                Category.PASSING,
                manifest.toString(),
                "publishing the copy: '%s' is gone or changed since it was proven; nothing was published"
                        .formatted(key),
                "nothing to do if this worker was asleep for long: its attempt was swept, and the next run copies again");
    }

    static FirnException notReplaceable(Manifest manifest, String key) {
        return new FirnException(
                Category.REFUSED,
                manifest.toString(),
                "publishing the copy: '%s', which it is to supersede, is superseded already or not there; nothing was"
                                .formatted(key)
                        + " published",
                "nothing to do: the next run looks at what is live now");
    }

    static FirnException notACopy(String key) {
        return new FirnException(
                Category.DATA,
                key,
                "reading the history of the archive: it says that copies have expired, or stay, and something supersedes it as if it"
                        + " were a copy; nothing was changed",
                "Firn writes no such thing: find out who wrote the manifest that names it");
    }

    static FirnException expired(Manifest manifest, Expiry expiry) {
        return new FirnException(
                Category.REFUSED,
                manifest.toString(),
                "publishing the copy: its generation was taken when the range expired, on %s; nothing was published"
                        .formatted(expiry.expiredAt()),
                "nothing to do: the next run looks at what is in the database now");
    }

    static FirnException reprieved(Manifest manifest, Reprieve reprieve) {
        return new FirnException(
                Category.PASSING,
                manifest.toString(),
                "publishing the copy: its generation was taken on %s, so that nothing would be published under it; nothing was"
                                .formatted(reprieve.reprievedAt())
                        + " published",
                "nothing to do: the next run copies it again");
    }

    static FirnException notAllThatIsLive(Expiry expiry, Object live) {
        return new FirnException(
                Category.PASSING,
                expiry.layout().namespace() + "/" + expiry.table() + " " + expiry.range(),
                "removing its copies: %s were to expire, and live are %s; nothing was removed"
                        .formatted(expiry.supersedes(), live),
                "nothing to do: the next run looks at what is live now");
    }

    static FirnException headsGone(Expiry expiry) {
        return new FirnException(
                Category.PASSING,
                expiry.layout().namespace() + "/" + expiry.table() + " " + expiry.range(),
                "removing its copies: '%s', which was to keep where its streams ended, is gone; nothing was removed"
                        .formatted(expiry.heads().orElseThrow().key()),
                "nothing to do if this worker was asleep for long: the next run begins again");
    }

    static FirnException notPromoted(Manifest manifest) {
        return new FirnException(
                Category.DATA,
                manifest.toString(),
                "letting the files in incoming/ go: the copies under data/ are not whole any more; nothing was removed",
                "find out who changes objects under data/; the next run promotes the copy again");
    }

    static FirnException stillCounts(Object what, String why) {
        return new FirnException(
                Category.REFUSED,
                what.toString(),
                "removing its files: " + why + "; nothing was removed",
                "nothing to do: Firn removes them by itself once they no longer count");
    }
}
