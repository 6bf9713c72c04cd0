package dev.lacuna.cli.model;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lacuna.runtime.checkpoint.family.TransformerShape;
import dev.lacuna.runtime.checkpoint.manifest.Manifest;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.SpecialTokens;
import dev.lacuna.runtime.onnx.folder.ModelDescription;
import java.util.Locale;

/** Models as JSON objects of one line each, with {@code "type":"model"}. */
public final class ModelJson {
  private static final JsonMapper MAPPER = new JsonMapper();

  private ModelJson() {}

  /** All that is known of a model; null for what there isn't. */
  public static String of(ModelDescription model) {
    ModelFacts facts = model.facts();
    ObjectNode json = MAPPER.createObjectNode();
    json.put("type", "model");
    json.put("name", facts.name());
    json.put("family", facts.family());
    json.put("kind", model.kind().name().toLowerCase(Locale.ROOT));
    json.put("revision", facts.revision().isEmpty() ? null : facts.revision());
    json.put("dtype", model.dtype());
    json.put("parameters", model.parameters());
    json.put("bytes", model.bytes());
    json.put("vocabulary", facts.vocabulary());
    json.put("embeddings", facts.embeddings());
    json.put("tokens", facts.tokens());
    json.put("canvasLimit", facts.canvasLimit());
    special(json.putObject("special"), model);
    ObjectNode tensors = json.putObject("tensors");
    model
        .tensors()
        .forEach(
            (type, of) ->
                tensors.putObject(type).put("count", of.count()).put("bytes", of.bytes()));
    model.shape().ifPresent(shape -> shape(json.putObject("shape"), shape));
    family(json, facts);
    model.manifest().ifPresent(manifest -> manifest(json, manifest));
    return json.toString();
  }

  private static void special(ObjectNode json, ModelDescription model) {
    SpecialTokens special = model.facts().special();
    token(json, model, "mask", special.mask());
    token(json, model, "start", special.start());
    token(json, model, "end", special.end());
    token(json, model, "pad", special.pad());
  }

  private static void token(ObjectNode json, ModelDescription model, String role, int id) {
    if (id == SpecialTokens.NONE) {
      json.putNull(role);
    } else {
      json.putObject(role).put("id", id).put("text", model.tokenTexts().get(role));
    }
  }

  private static void shape(ObjectNode json, TransformerShape shape) {
    json.put("layers", shape.layers()).put("hidden", shape.hidden()).put("heads", shape.heads());
    json.put("keyValueHeads", shape.keyValueHeads()).put("headWidth", shape.headWidth());
    json.put("intermediate", shape.intermediate()).put("tiedHead", shape.tiedHead());
  }

  private static void family(ObjectNode json, ModelFacts facts) {
    ObjectNode conventions = json.putObject("conventions");
    conventions.put("shift", facts.conventions().shift());
    conventions.put("firstRow", facts.conventions().firstRow().name().toLowerCase(Locale.ROOT));
    conventions.put("noise", facts.conventions().noise().name().toLowerCase(Locale.ROOT));
    conventions.put("endsDocuments", facts.conventions().endsDocuments());
    conventions.put("timestepEpsilon", facts.conventions().timestepEpsilon());
    conventions.put("filteredCertainty", facts.conventions().filteredCertainty());
    ObjectNode defaults = json.putObject("defaults");
    defaults.put("steps", facts.defaults().steps());
    defaults.put("order", facts.defaults().order().wireName());
    defaults.put("schedule", facts.defaults().schedule().wireName());
    defaults.put("temperature", facts.defaults().temperature());
    defaults.put("topP", facts.defaults().topP());
  }

  private static void manifest(ObjectNode json, Manifest manifest) {
    json.put("createdBy", manifest.createdBy());
    json.put("graphSha256", manifest.graph().sha256());
    json.put("dataSha256", manifest.data().sha256());
    var sources = json.putArray("sources");
    manifest
        .sources()
        .forEach(file -> sources.addObject().put("file", file.name()).put("bytes", file.bytes()));
  }
}
