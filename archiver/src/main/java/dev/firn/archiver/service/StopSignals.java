package dev.firn.archiver.service;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGTERM and SIGINT as a wish to stop: the program ends by itself, with its own exit code. The second one ends it at once,
 * as SIGKILL would.
 */
public final class StopSignals implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StopSignals.class);

    private static final List<String> NAMES = List.of("TERM", "INT");

    /** What a shell shows of a program that SIGTERM ended. */
    private static final int ENDED_BY_SIGNAL = 143;

    private final CountDownLatch first = new CountDownLatch(1);
    private final List<Runnable> restore = new ArrayList<>();

    private StopSignals() {}

    public static StopSignals listen() {
        StopSignals signals = new StopSignals();
        for (String name : NAMES) {
            try {
                signals.handle(name);
            } catch (ReflectiveOperationException | RuntimeException e) {
                LOG.warn("SIG{} ends this program as it would any other: {}", name, e.toString());
            }
        }
        return signals;
    }

    /** By reflection: the class is in every JDK, and the compiler has a warning for it that cannot be turned off. */
    private void handle(String name) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        InvocationHandler onSignal = (proxy, method, arguments) -> switch (method.getName()) {
            case "handle" -> {
                heard();
                yield null;
            }
            case "equals" -> proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> "stops the service";
        };
        Object ours = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, onSignal);
        Object which = signal.getConstructor(String.class).newInstance(name);
        Object before = signal.getMethod("handle", signal, handler).invoke(null, which, ours);
        restore.add(() -> {
            try {
                signal.getMethod("handle", signal, handler).invoke(null, which, before);
            } catch (ReflectiveOperationException e) {
                LOG.debug("SIG{} stays ours", name, e);
            }
        });
    }

    private void heard() {
        if (first.getCount() == 0) {
            Runtime.getRuntime().halt(ENDED_BY_SIGNAL);
        }
        first.countDown();
    }

    /** Until the first one. */
    public void await() throws InterruptedException {
        first.await();
    }

    @Override
    public void close() {
        restore.forEach(Runnable::run);
    }
}
