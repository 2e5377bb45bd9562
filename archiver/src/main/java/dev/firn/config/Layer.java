package dev.firn.config;

import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The part of a file below a path, in which settings are looked up by their key. */
record Layer(SourceFile file, List<String> base) {

    Optional<ConfigValue> at(List<String> key) {
        return file.at(path(key));
    }

    List<String> path(List<String> key) {
        List<String> path = new ArrayList<>(base);
        path.addAll(key);
        return path;
    }

    Place place(List<String> key) {
        return file.placeOf(path(key));
    }

    String shown(List<String> key) {
        List<String> path = path(key);
        return path.isEmpty() ? "" : ConfigUtil.joinPath(path);
    }
}
