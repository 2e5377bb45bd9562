package dev.firn.archiver.http;

import com.sun.net.httpserver.HttpExchange;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What is asked for.
 *
 * @param query as it stands in the address, still encoded; empty without one
 */
record Request(String path, String query, String accept) {

    static Request of(HttpExchange exchange) {
        URI uri = exchange.getRequestURI();
        String query = uri.getRawQuery();
        String accept = exchange.getRequestHeaders().getFirst("Accept");
        return new Request(uri.getPath(), query == null ? "" : query, accept == null ? "" : accept);
    }

    /** The first parameter of this name. */
    Optional<String> parameter(String name) {
        for (String pair : query.split("&", -1)) {
            if (pair.startsWith(name + "=")) {
                try {
                    return Optional.of(URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8));
                } catch (IllegalArgumentException e) {
                    return Optional.of("");
                }
            }
        }
        return Optional.empty();
    }
}
