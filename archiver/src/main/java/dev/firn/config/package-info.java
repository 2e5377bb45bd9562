/**
 * HOCON files to records. One rule: every setting is declared once, and parsing, default, unknown keys and the reference
 * all come from that declaration; all problems of all files are told together. Read {@link dev.firn.config.Configuration}
 * first, then {@link dev.firn.config.TableSettings}.
 */
package dev.firn.config;
