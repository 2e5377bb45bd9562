/** What {@code deploy/demo.sh} needs beside the program: a database with weeks of events, and DuckDB to query the archive. */
package dev.firn.demo;
