/**
 * What is looked at beside the rows before a chunk is dropped: once when the work is planned and again under the drop's
 * lock. A guard reads and answers; it changes nothing. Read {@link dev.firn.lifecycle.guards.Guard} first.
 */
package dev.firn.lifecycle.guards;
