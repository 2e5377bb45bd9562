/**
 * Archived tables as query engines are told of them. One rule: a description never makes an engine answer with fewer rows
 * than the archive holds without saying so; what cannot be described right is refused. Read
 * {@link dev.firn.athena.ExternalTable} first, then {@link dev.firn.athena.Projection}.
 */
package dev.firn.athena;
