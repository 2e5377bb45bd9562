package dev.firn.lifecycle;

import dev.firn.archive.Manifest;
import dev.firn.catalog.ArchivedChunk;
import dev.firn.catalog.ChunkKey;
import java.util.OptionalLong;

/** A manifest as the catalogue records it. */
final class ArchivedChunks {

    private ArchivedChunks() {}

    static ArchivedChunk of(Manifest manifest, OptionalLong bytesBefore) {
        return new ArchivedChunk(
                new ChunkKey(manifest.namespace(), manifest.table(), manifest.range()),
                manifest.generation(),
                manifest.key(),
                manifest.supersedes(),
                manifest.rows(),
                manifest.bytes(),
                bytesBefore,
                manifest.digest().hex(),
                manifest.source().fingerprint(),
                manifest.createdAt());
    }
}
