/**
 * How both programs talk to people and to other programs: tables, JSON, sizes, progress, failures. One rule: nothing here
 * decides anything. Read {@link dev.firn.console.Program} first.
 */
package dev.firn.console;
