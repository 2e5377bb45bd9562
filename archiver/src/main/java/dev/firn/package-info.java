/**
 * What every package may use: the one exception type, the names of things, pieces of time, and the injected fault points. Sees no other
 * package of Firn. Read {@link dev.firn.FirnException} first: every failure a user meets is one of these.
 */
package dev.firn;
