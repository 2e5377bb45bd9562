package dev.firn.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** URLs. People hide passwords in them, so that of a refused one no more than its scheme is shown. */
final class UrlTypes {

    private static final Pattern JDBC = Pattern.compile("jdbc:postgresql://([^/?#]+)/([^/?#]+)(?:\\?(.*))?");
    private static final Pattern HOST = Pattern.compile("(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::([0-9]{1,5}))?");
    private static final Pattern SECRET_NAME = Pattern.compile("(?i)pass(word|phrase)?|secret");
    private static final Pattern S3 = Pattern.compile("s3://([^/]*)(?:/(.*))?");
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    private static final Pattern ELEMENT = Pattern.compile("[A-Za-z0-9._-]+");
    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):.*");

    private UrlTypes() {}

    static ValueType<String> jdbc() {
        return ValueType.ofText("JDBC URL without user and password", UrlTypes::parseJdbc);
    }

    static ValueType<URI> location() {
        return ValueType.ofText("s3://bucket/prefix or file:/directory", UrlTypes::parseLocation);
    }

    static ValueType<URI> endpoint() {
        return ValueType.ofText("http or https URL", text -> {
            URI uri = uri(text);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            boolean root = uri.getRawPath() == null || uri.getRawPath().matches("/?");
            if (!web || uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawQuery() != null || !root) {
                throw new BadValue("expects only scheme, host and port, as in \"http://127.0.0.1:9000\"", shown(text));
            }
            return uri;
        });
    }

    private static String parseJdbc(String text) throws BadValue {
        if (text.indexOf('@') >= 0 || SECRET_NAME.matcher(decoded(text)).find()) {
            throw new BadValue(
                    "no user or password belongs into the URL: use user = … and password = ${?…}", shown(text));
        }
        Matcher url = JDBC.matcher(text);
        if (!url.matches()) {
            throw new BadValue("expects \"jdbc:postgresql://host:5432/database\"", shown(text));
        }
        for (String host : url.group(1).split(",", -1)) {
            Matcher parts = HOST.matcher(host);
            if (!parts.matches() || (parts.group(1) != null && Integer.parseInt(parts.group(1)) > 65_535)) {
                throw new BadValue("host and port are not as in \"jdbc:postgresql://host:5432/database\"", shown(text));
            }
        }
        String parameters = url.group(3) == null ? "" : url.group(3);
        for (String parameter : parameters.split("&", -1)) {
            if (decoded(parameter).toLowerCase(Locale.ROOT).startsWith("user=")) {
                throw new BadValue("the user does not belong into the URL: use user = …", shown(text));
            }
        }
        return text;
    }

    private static URI parseLocation(String text) throws BadValue {
        if (text.startsWith("s3:")) {
            return parseS3(text);
        }
        if (text.startsWith("file:")) {
            return parseFile(text);
        }
        String hint = text.startsWith("/") ? "; a directory is written \"file:/var/lib/firn\"" : "";
        throw new BadValue("expects \"s3://bucket/prefix\" or \"file:/directory\"" + hint, shown(text));
    }

    private static URI parseS3(String text) throws BadValue {
        Matcher url = S3.matcher(text);
        if (!url.matches() || !BUCKET.matcher(url.group(1)).matches()) {
            throw new BadValue(
                    "expects \"s3://bucket/prefix\", the bucket in lower-case letters, digits, dots and hyphens",
                    shown(text));
        }
        String prefix = url.group(2) == null ? "" : url.group(2).replaceFirst("/$", "");
        for (String element : prefix.isEmpty() ? new String[0] : prefix.split("/", -1)) {
            if (element.startsWith("_") || element.startsWith(".")) {
                throw new BadValue(
                        "no element of the prefix may start with _ or .: Athena does not see what lies there",
                        shown(text));
            }
            if (!ELEMENT.matcher(element).matches()) {
                throw new BadValue(
                        "elements of the prefix are letters, digits, hyphens, underscores and dots", shown(text));
            }
        }
        return URI.create("s3://" + url.group(1) + (prefix.isEmpty() ? "" : "/" + prefix));
    }

    private static URI parseFile(String text) throws BadValue {
        URI uri = uri(text);
        String path = uri.getPath();
        boolean local = uri.getRawAuthority() == null && uri.getRawQuery() == null && uri.getRawFragment() == null;
        if (!local || path == null || !path.startsWith("/") || path.matches("/+")) {
            throw new BadValue("expects an absolute directory, as in \"file:/var/lib/firn\"", shown(text));
        }
        try {
            return new URI("file", null, Path.of(path).normalize().toString(), null);
        } catch (URISyntaxException | InvalidPathException e) {
            throw new BadValue("is not a directory's URL", shown(text));
        }
    }

    private static URI uri(String text) throws BadValue {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw new BadValue("is not a URL", shown(text));
        }
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    private static String shown(String text) {
        Matcher scheme = SCHEME.matcher(text);
        return scheme.matches() ? "'" + scheme.group(1) + ":…'" : "a text without a scheme";
    }
}
