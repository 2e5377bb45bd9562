/**
 * What runs for years: Quartz jobs that find what is due and give it to many threads, and to many machines. One rule: a
 * job carries names only, and all that matters is in the store and the catalogue; whoever loses the jobs loses nothing.
 * Read {@link dev.firn.archiver.service.Service} first, then {@link dev.firn.archiver.service.Desk}.
 */
package dev.firn.archiver.service;
