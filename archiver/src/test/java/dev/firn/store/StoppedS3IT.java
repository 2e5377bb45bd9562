package dev.firn.store;

import static dev.firn.store.ObjectStoreContract.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.firn.FirnException.Category;
import dev.firn.testing.FaultyHttp;
import dev.firn.testing.FaultyHttp.Fault;
import dev.firn.testing.RequestClass;
import dev.firn.testing.S3Server;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A program that is stopped in the midst of a request: told as that, whatever the client of S3 makes of it. */
class StoppedS3IT {

    private static S3Server server;
    private static FaultyHttp proxy;

    private ObjectStore store;

    @BeforeAll
    static void start() {
        server = S3Server.start();
        proxy = FaultyHttp.before(server);
    }

    @AfterAll
    static void stop() {
        proxy.close();
        server.close();
    }

    @BeforeEach
    void open() {
        store = Stores.open(server.settings("stopped", proxy.endpoint()));
    }

    @AfterEach
    void close() {
        boolean unused = Thread.interrupted();
        proxy.heal();
        store.close();
    }

    @Test
    void anInterruptionBeforeARequestIsToldAsOne() {
        Thread.currentThread().interrupt();

        requireStopped(catchThrowable(() -> store.get("any")), "reading 'any'; nothing was changed: interrupted");
    }

    @Test
    void anInterruptionInARequestIsToldAsOne() {
        Thread reader = Thread.currentThread();
        proxy.failAll(RequestClass.GET_OBJECT, Fault.ERROR_500);
        proxy.beforeNth(RequestClass.GET_OBJECT, 1, reader::interrupt);

        requireStopped(catchThrowable(() -> store.get("any")), "reading 'any'; nothing was changed: interrupted");
    }

    @Test
    void anInterruptedWriteThatMayHaveBeenCarriedOutIsNotTakenForRefused() {
        Thread writer = Thread.currentThread();
        proxy.failAll(RequestClass.PUT_OBJECT, Fault.ERROR_AFTER_SUCCESS);
        proxy.beforeNth(RequestClass.PUT_OBJECT, 1, writer::interrupt);

        assertThatThrownBy(() -> store.putIfAbsent("written", text("once")))
                .isInstanceOf(UnknownOutcomeException.class)
                .hasMessageContaining("writing 'written': interrupted; whether the store carried it out is not known");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aStoreThatIsClosedUnderTheHandsOfItsUserIsToldAsClosed() {
        proxy.failAll(RequestClass.GET_OBJECT, Fault.ERROR_500);
        proxy.beforeNth(RequestClass.GET_OBJECT, 1, store::close);

        assertThatThrownBy(() -> store.get("any"))
                .isInstanceOfSatisfying(StoreException.class, failure -> assertThat(failure.category())
                        .isEqualTo(Category.PASSING))
                .hasMessageContaining("reading 'any'; nothing was changed: ");
        assertThatThrownBy(() -> store.get("any"))
                .isInstanceOfSatisfying(StoreException.class, failure -> assertThat(failure.category())
                        .isEqualTo(Category.PASSING))
                .hasMessageContaining("reading 'any'; nothing was changed: stopped")
                .hasMessageContaining("HINT: nothing to do: the next run goes on");
    }

    private static void requireStopped(Throwable failure, String what) {
        assertThat(failure)
                .isInstanceOfSatisfying(StoreException.class, known -> assertThat(known.category())
                        .isEqualTo(Category.PASSING))
                .hasMessageContaining(what)
                .hasMessageContaining("HINT: nothing to do: the next run goes on");
        assertThat(Thread.interrupted()).as("the thread still knows").isTrue();
    }
}
