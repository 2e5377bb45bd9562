package dev.firn.config;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigParseable;
import java.io.File;

/**
 * {@code include "file.conf"}, relative to the including file. HOCON itself reads a missing file as an empty one: settings
 * would silently not hold.
 */
final class StrictIncludes implements ConfigIncluder, ConfigIncluderFile {

    @Override
    public ConfigObject include(ConfigIncludeContext context, String what) {
        ConfigParseable file = context.relativeTo(what.matches(".*\\.[^./]+") ? what : what + ".conf");
        if (file == null) {
            return includeFile(context, new File(what));
        }
        return file.parse(strict(context));
    }

    @Override
    public ConfigObject includeFile(ConfigIncludeContext context, File what) {
        return ConfigFactory.parseFile(what, strict(context)).root();
    }

    @Override
    public ConfigIncluder withFallback(ConfigIncluder fallback) {
        return this;
    }

    private static ConfigParseOptions strict(ConfigIncludeContext context) {
        return context.parseOptions().setAllowMissing(false);
    }
}
