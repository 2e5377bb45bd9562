/**
 * What runs for years, in half an hour: two nodes of {@code archiver serve} under writers and random faults. Left out of the
 * ordinary build; read {@link dev.firn.soak.SoakIT} first.
 */
package dev.firn.soak;
