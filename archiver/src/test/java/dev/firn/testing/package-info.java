/**
 * What integration tests stand on: a real database found wherever one can be had, and an event store to put into it. One
 * rule: tests work as the service's own role, never as a superuser. Read {@link dev.firn.testing.TestDatabase} first.
 */
package dev.firn.testing;
