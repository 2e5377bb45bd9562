/** Measurements, as ratios within one run: {@code mvn verify -Pbenchmark}. */
package dev.firn.bench;
