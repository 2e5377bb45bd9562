package dev.firn.config;

import com.typesafe.config.ConfigResolver;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.List;
import java.util.Map;

/** Answers {@code ${NAME}} from the environment given, so that a test can give its own. */
final class EnvironmentResolver implements ConfigResolver {

    private final Map<String, String> environment;

    EnvironmentResolver(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    @Override
    public ConfigValue lookup(String path) {
        List<String> elements = ConfigUtil.splitPath(path);
        String value = elements.size() == 1 ? environment.get(elements.get(0)) : null;
        return value == null ? null : ConfigValueFactory.fromAnyRef(value, "the environment");
    }

    @Override
    public ConfigResolver withFallback(ConfigResolver fallback) {
        return this;
    }
}
