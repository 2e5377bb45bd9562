/**
 * What an archive is: the keys, the manifests, and the proof. One rule: an archived range exists when its manifest does,
 * a manifest is published only with a proof, and only {@link dev.firn.archive.Prover} makes proofs. Read
 * {@link dev.firn.archive.Manifest} first, then {@link dev.firn.archive.Archive}.
 */
package dev.firn.archive;
