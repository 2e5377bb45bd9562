/** Measurements, as ratios within one run: {@code mvn verify -Pbenchmark -DskipTests}. */
package dev.firn.bench;
