package dev.firn.testing;

import java.util.Locale;
import java.util.Map;

/** What kind of thing an S3 client asks for. */
public enum RequestClass {
    PUT_OBJECT,
    CREATE_MULTIPART,
    UPLOAD_PART,
    COMPLETE_MULTIPART,
    ABORT_MULTIPART,
    GET_OBJECT,
    GET_RANGE,
    HEAD_OBJECT,
    LIST_OBJECTS,
    LIST_UPLOADS,
    COPY_OBJECT,
    DELETE_OBJECT,
    OTHER;

    /**
     * Tells by the request line and the headers; expects path-style addresses.
     *
     * @param headers names in lower case
     */
    static RequestClass of(String method, String target, Map<String, String> headers) {
        int question = target.indexOf('?');
        String query = question < 0 ? "" : "&" + target.substring(question + 1) + "&";
        String path = question < 0 ? target : target.substring(0, question);
        boolean onObject = path.indexOf('/', 1) > 0 && path.indexOf('/', 1) < path.length() - 1;
        boolean ofUpload = query.contains("&uploadId=");
        return switch (method.toUpperCase(Locale.ROOT)) {
            case "PUT" -> {
                if (!onObject) {
                    yield OTHER;
                }
                if (headers.containsKey("x-amz-copy-source")) {
                    yield COPY_OBJECT;
                }
                yield ofUpload ? UPLOAD_PART : PUT_OBJECT;
            }
            case "POST" -> {
                if (query.contains("&uploads&") || query.contains("&uploads=")) {
                    yield CREATE_MULTIPART;
                }
                yield ofUpload ? COMPLETE_MULTIPART : OTHER;
            }
            case "GET" -> {
                if (!onObject) {
                    yield query.contains("&uploads&") || query.contains("&uploads=") ? LIST_UPLOADS : LIST_OBJECTS;
                }
                if (ofUpload) {
                    yield OTHER;
                }
                yield headers.containsKey("range") ? GET_RANGE : GET_OBJECT;
            }
            case "HEAD" -> onObject ? HEAD_OBJECT : OTHER;
            case "DELETE" -> {
                if (!onObject) {
                    yield OTHER;
                }
                yield ofUpload ? ABORT_MULTIPART : DELETE_OBJECT;
            }
            default -> OTHER;
        };
    }
}
