/**
 * Where archives lie: S3, or a plain directory. One rule: both keep the same promises, and one contract test holds them
 * to it. Read {@link dev.firn.store.ObjectStore} first.
 */
package dev.firn.store;
