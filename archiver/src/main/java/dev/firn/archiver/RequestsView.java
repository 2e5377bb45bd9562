package dev.firn.archiver;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.console.Json;
import dev.firn.lifecycle.RequestResult;
import dev.firn.lifecycle.RestoreSummary;
import dev.firn.lifecycle.RestoreSummary.Outcome;
import java.util.List;
import java.util.stream.Stream;

/** What became of requests from SQL, for people and for programs. */
final class RequestsView {

    private RequestsView() {}

    static List<String> text(List<RequestResult> requests) {
        return requests.stream()
                .flatMap(request -> Stream.concat(
                        Stream.of(line(request)), request.failure().map(failure -> failure.getMessage()).stream()))
                .toList();
    }

    private static String line(RequestResult request) {
        RestoreSummary ranges = new RestoreSummary(request.ranges());
        return "request %d (%s %s): %s; %d brought back, %d were there, %d failed, %d left to others"
                .formatted(
                        request.id(),
                        request.table(),
                        request.range(),
                        request.outcome().word(),
                        ranges.count(Outcome.RESTORED),
                        ranges.count(Outcome.THERE),
                        ranges.count(Outcome.FAILED),
                        ranges.count(Outcome.LEFT));
    }

    static void put(ObjectNode root, List<RequestResult> requests) {
        ArrayNode list = root.putArray("requests");
        for (RequestResult request : requests) {
            RestoreSummary ranges = new RestoreSummary(request.ranges());
            ObjectNode node = list.addObject();
            node.put("id", request.id());
            node.put("table", request.table().toString());
            Json.putRange(node, request.range());
            node.put("outcome", request.outcome().word());
            node.put("rangesBroughtBack", ranges.count(Outcome.RESTORED));
            node.put("rangesThere", ranges.count(Outcome.THERE));
            node.put("rangesFailed", ranges.count(Outcome.FAILED));
            node.put("rangesLeft", ranges.count(Outcome.LEFT));
            request.failure().ifPresent(failure -> Json.putFailure(node, failure));
        }
    }
}
