package dev.firn.console;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import ch.qos.logback.core.status.Status;
import org.junit.jupiter.api.Test;

/** The set-up of the log that the programs ship with, which is not that of tests. */
class LogSetupTest {

    /** It would tell how it was set up, and does so on standard output: among rows, and before JSON. */
    @Test
    void saysNothingOfItselfAndHasNoErrors() throws JoranException {
        LoggerContext context = new LoggerContext();
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);

        configurator.doConfigure(getClass().getResource("/logback.xml"));

        assertThat(context.getStatusManager().getCopyOfStatusListenerList())
                .as("without one it prints all if there is a warning")
                .isNotEmpty();
        assertThat(context.getStatusManager().getCopyOfStatusList())
                .extracting(Status::getLevel)
                .doesNotContain(Status.ERROR);
    }
}
