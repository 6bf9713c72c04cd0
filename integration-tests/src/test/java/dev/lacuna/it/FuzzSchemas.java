package dev.lacuna.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lacuna.wire.Control;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.GenerationRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;

/**
 * Schemas as strangers register them, and ours, with their ids.
 *
 * @param ids by name
 * @param schemas those that the test writes records of, by name
 */
record FuzzSchemas(Map<String, Integer> ids, Map<String, Schema> schemas) {

  static final String REQUEST = "request";
  static final String CONTROL = "control";
  static final String COMPLETION = "completion";

  /** Compatible: fields of its own, one of them recursive, one an array of what takes no bytes. */
  static final String EVOLVED = "evolved";

  /** Symbols of its own where our reader has a default. */
  static final String SYMBOLS = "symbols";

  /** Our request with a text where a number belongs. */
  static final String INCOMPATIBLE = "incompatible";

  /** A third kind of segment in the union. */
  static final String BRANCH = "branch";

  /** Our request under a name of its own that ours is an alias of. */
  static final String ALIAS = "alias";

  /** A field nested hundreds deep, by the schema alone. */
  static final String DEEP = "deep";

  /** Records that each hold the one before, by name: deep without a deeply nested text. */
  static final List<String> LADDERS = List.of("ladder-100", "ladder-1500");

  /** A union of thousands of branches. */
  static final String WIDE = "wide";

  /** A control record with an action of its own. */
  static final String ACTIONS = "actions";

  /** A schema of a plain string. */
  static final String STRING = "string";

  /** Not Avro at all. */
  static final String JSON = "json";

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int DEPTH = 600;
  private static final int BRANCHES = 3000;

  /** Registers them all, each under a subject of its own. */
  static FuzzSchemas register(String registryUrl, String prefix) throws Exception {
    Map<String, JsonNode> texts = new LinkedHashMap<>();
    JsonNode request = MAPPER.readTree(GenerationRequest.getClassSchema().toString());
    texts.put(REQUEST, request);
    texts.put(CONTROL, MAPPER.readTree(Control.getClassSchema().toString()));
    texts.put(COMPLETION, MAPPER.readTree(GenerationCompletion.getClassSchema().toString()));
    texts.put(EVOLVED, evolved(request));
    texts.put(SYMBOLS, symbols(request));
    texts.put(INCOMPATIBLE, retyped(request, "samples", "\"string\""));
    texts.put(BRANCH, branch(request));
    texts.put(ALIAS, renamed(request));
    texts.put(DEEP, with(request, deep()));
    texts.put(WIDE, with(request, wide()));
    for (String ladder : LADDERS) {
      int rungs = Integer.parseInt(ladder.substring(ladder.indexOf('-') + 1));
      texts.put(ladder, with(request, ladder(rungs)));
    }
    texts.put(ACTIONS, actions());
    texts.put(STRING, MAPPER.readTree("\"string\""));
    Map<String, Integer> ids = new LinkedHashMap<>();
    Map<String, Schema> schemas = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> text : texts.entrySet()) {
      String name = text.getKey();
      schemas.put(name, new Schema.Parser().parse(text.getValue().toString()));
      ids.put(name, register(registryUrl, prefix + "." + name, "AVRO", text.getValue()));
    }
    JsonNode json =
        MAPPER.readTree(
            "{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"type\":\"object\"}");
    ids.put(JSON, register(registryUrl, prefix + "." + JSON, "JSON", json));
    return new FuzzSchemas(Map.copyOf(ids), Map.copyOf(schemas));
  }

  int id(String name) {
    return ids.get(name);
  }

  Schema schema(String name) {
    return schemas.get(name);
  }

  int idOf(Schema schema) {
    return schemas.entrySet().stream()
        .filter(named -> named.getValue().equals(schema))
        .map(named -> id(named.getKey()))
        .findFirst()
        .orElseThrow();
  }

  private static int register(String url, String subject, String type, JsonNode schema)
      throws Exception {
    String body =
        MAPPER
            .createObjectNode()
            .put("schemaType", type)
            .put("schema", schema.toString())
            .toString();
    HttpRequest post =
        HttpRequest.newBuilder(URI.create(url + "/subjects/" + subject + "/versions"))
            .header("Content-Type", "application/vnd.schemaregistry.v1+json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(post, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(
          "registering " + subject + ": " + answer.statusCode() + " " + answer.body());
    }
    return MAPPER.readTree(answer.body()).get("id").asInt();
  }

  private static JsonNode with(JsonNode record, JsonNode... more) {
    ObjectNode copy = record.deepCopy();
    for (JsonNode field : more) {
      ((ArrayNode) copy.get("fields")).add(field);
    }
    return copy;
  }

  private static JsonNode field(JsonNode record, String name) {
    for (JsonNode field : record.get("fields")) {
      if (field.get("name").asText().equals(name)) {
        return field;
      }
    }
    throw new IllegalArgumentException(name);
  }

  private static JsonNode evolved(JsonNode request) throws Exception {
    return with(
        request,
        MAPPER.readTree(
            """
            {"name":"chain","default":null,"type":["null",{"type":"record","name":"Chain",
              "namespace":"stranger","fields":[{"name":"next","type":["null","Chain"]}]}]}
            """),
        MAPPER.readTree(
            """
            {"name":"nothings","default":[],"type":{"type":"array","items":"null"}}
            """),
        MAPPER.readTree(
            """
            {"name":"bytes","default":{},"type":{"type":"map","values":"bytes"}}
            """));
  }

  private static JsonNode symbols(JsonNode request) {
    ObjectNode copy = request.deepCopy();
    ((ArrayNode) field(copy, "timings").get("type").get("symbols")).add("EVERY_FULL_MOON");
    return copy;
  }

  private static JsonNode retyped(JsonNode request, String name, String type) throws Exception {
    ObjectNode copy = request.deepCopy();
    ObjectNode field = (ObjectNode) field(copy, name);
    field.set("type", MAPPER.readTree(type));
    field.remove("default");
    return copy;
  }

  private static JsonNode branch(JsonNode request) throws Exception {
    ObjectNode copy = request.deepCopy();
    ((ArrayNode) field(copy, "document").get("type").get("items"))
        .add(
            MAPPER.readTree(
                "{\"type\":\"record\",\"name\":\"Picture\",\"fields\":[{\"name\":\"url\",\"type\":\"string\"}]}"));
    return copy;
  }

  private static JsonNode renamed(JsonNode request) {
    ObjectNode copy = request.deepCopy();
    copy.put("name", "Wish");
    copy.putArray("aliases").add("dev.lacuna.wire.GenerationRequest");
    return copy;
  }

  private static JsonNode actions() throws Exception {
    return MAPPER.readTree(
        """
        {"type":"record","name":"Control","namespace":"dev.lacuna.wire","fields":[
          {"name":"id","type":"string"},
          {"name":"action","type":{"type":"enum","name":"ControlAction",
            "symbols":["UNKNOWN","CANCEL","EXPLODE"],"default":"UNKNOWN"}}]}
        """);
  }

  /** A union of null and arrays of arrays: its value can be one byte. */
  private static JsonNode deep() throws Exception {
    String type = "\"string\"";
    for (int i = 0; i < DEPTH; i++) {
      type = "{\"type\":\"array\",\"items\":" + type + "}";
    }
    return MAPPER.readTree("{\"name\":\"deep\",\"default\":null,\"type\":[\"null\"," + type + "]}");
  }

  private static JsonNode ladder(int rungs) throws Exception {
    StringBuilder types = new StringBuilder("\"null\"");
    String below = "string";
    for (int i = 0; i < rungs; i++) {
      types
          .append(",{\"type\":\"record\",\"name\":\"stranger.L")
          .append(i)
          .append("\",\"fields\":[{\"name\":\"f\",\"type\":\"" + below + "\"}]}");
      below = "stranger.L" + i;
    }
    return MAPPER.readTree("{\"name\":\"ladder\",\"default\":null,\"type\":[" + types + "]}");
  }

  private static JsonNode wide() throws Exception {
    StringBuilder types = new StringBuilder("\"null\"");
    for (int i = 0; i < BRANCHES; i++) {
      types
          .append(",{\"type\":\"record\",\"name\":\"stranger.R")
          .append(i)
          .append("\",\"fields\":[]}");
    }
    return MAPPER.readTree("{\"name\":\"wide\",\"default\":null,\"type\":[" + types + "]}");
  }
}
