/**
 * Schema {@code firn} in the namespace's own database: what is archived, who works on what, and what was done. One rule:
 * it is a cache and a lock, so it can be rebuilt from the store and losing it loses nothing; but nobody writes under a
 * claim that has passed to another. Read {@link dev.firn.catalog.Catalog} and {@link dev.firn.catalog.Claim} first.
 */
package dev.firn.catalog;
