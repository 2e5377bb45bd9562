/**
 * The archiver's command line. One rule: it only asks and shows; what is done to data is done in
 * {@code dev.firn.lifecycle}. Read {@link dev.firn.archiver.Main} first.
 */
package dev.firn.archiver;
