package dev.firn.archiver.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.console.Json;
import java.nio.charset.StandardCharsets;

/** What is sent back. */
record Response(int status, String type, byte[] body) {

    static final String HTML = "text/html; charset=utf-8";
    private static final String JSON = "application/json; charset=utf-8";
    private static final String TEXT = "text/plain; charset=utf-8";

    Response(int status, String type, String body) {
        this(status, type, body.getBytes(StandardCharsets.UTF_8));
    }

    static Response json(int status, ObjectNode node) {
        return new Response(status, JSON, Json.text(node) + "\n");
    }

    static Response text(int status, String text) {
        return new Response(status, TEXT, text + "\n");
    }
}
