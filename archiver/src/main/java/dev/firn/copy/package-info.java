/**
 * The COPY BINARY stream: decoder, encoder, and the digest over rows. One rule: what arrives and what leaves is accounted
 * for byte by byte; a stream that ends early or holds a surplus byte is an error. Read {@link dev.firn.copy.CopyDecoder}
 * and {@link dev.firn.copy.Digest} first.
 */
package dev.firn.copy;
