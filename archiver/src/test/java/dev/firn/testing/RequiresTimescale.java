package dev.firn.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks tests that need TimescaleDB. They are skipped with the reason where there is none, and fail instead under
 * {@code FIRN_REQUIRE_TIMESCALEDB=1}; the end of the build counts them apart.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Tag(RequiresTimescale.TAG)
@ExtendWith(TimescaleCondition.class)
public @interface RequiresTimescale {

    String TAG = "timescaledb";
}
