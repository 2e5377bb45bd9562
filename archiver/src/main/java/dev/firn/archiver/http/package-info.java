/**
 * What a running service shows: health, metrics and a page for people. One rule: nothing here changes anything, and no
 * request costs more than it may, whoever asks. Read {@link dev.firn.archiver.http.ServiceView} first: it is all that this
 * package knows of the service.
 */
package dev.firn.archiver.http;
