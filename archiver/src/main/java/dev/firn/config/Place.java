package dev.firn.config;

/** A line of a file; line 0 stands for the file as a whole. */
record Place(String file, int line) {}
