/**
 * The {@code rehydrate} command line. One rule: it only asks and shows; what is done to data is done in
 * {@code dev.firn.lifecycle}, which the service uses too. Read {@link dev.firn.rehydrator.Main} first.
 */
package dev.firn.rehydrator;
