package dev.lacuna.field;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lacuna.wire.GenerationRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A schema of requests that nobody has seen: ours and one more optional field, whose name is its
 * own. It stands under a subject of its own, so that no worker finds it when it starts.
 *
 * @param id the registry's
 */
public record FreshSchema(int id) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final AtomicInteger NUMBERS = new AtomicInteger();
  private static final int ID_AT = 1;

  /**
   * Registers one.
   *
   * @param registryUrl of a registry that works
   * @param prefix makes its name one of the test's own
   */
  public static FreshSchema register(String registryUrl, String prefix) throws Exception {
    int number = NUMBERS.incrementAndGet();
    ObjectNode schema = (ObjectNode) JSON.readTree(GenerationRequest.getClassSchema().toString());
    ((ArrayNode) schema.get("fields"))
        .addObject()
        .put("name", "fresh_" + prefix.replaceAll("\\W", "_") + "_" + number)
        .putNull("default")
        .putArray("type")
        .add("null")
        .add("string");
    return new FreshSchema(
        register(registryUrl, prefix + "-fresh-" + number, "AVRO", schema.toString()));
  }

  /**
   * Registers any schema.
   *
   * @param type AVRO, JSON or PROTOBUF
   * @return its id
   */
  public static int register(String registryUrl, String subject, String type, String schema)
      throws IOException, InterruptedException {
    String body = JSON.createObjectNode().put("schemaType", type).put("schema", schema).toString();
    HttpRequest post =
        HttpRequest.newBuilder(URI.create(registryUrl + "/subjects/" + subject + "/versions"))
            .header("Content-Type", "application/vnd.schemaregistry.v1+json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(post, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(
          "registering " + subject + ": " + answer.statusCode() + " " + answer.body());
    }
    return JSON.readTree(answer.body()).get("id").asInt();
  }

  /** The value of a request record, written by this schema: the new field is null. */
  public byte[] write(byte[] request) {
    byte[] value = Arrays.copyOf(request, request.length + 1); // the union's first branch
    ByteBuffer.wrap(value).putInt(ID_AT, id);
    return value;
  }

  /** The value of a record under another schema id, the rest as it was. */
  public static byte[] under(int schemaId, byte[] value) {
    byte[] copy = value.clone();
    ByteBuffer.wrap(copy).putInt(ID_AT, schemaId);
    return copy;
  }
}
