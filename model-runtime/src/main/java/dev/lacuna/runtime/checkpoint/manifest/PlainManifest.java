package dev.lacuna.runtime.checkpoint.manifest;

import dev.lacuna.runtime.facts.Conventions;
import dev.lacuna.runtime.facts.SamplingDefaults;
import dev.lacuna.runtime.facts.SpecialTokens;
import java.util.OptionalInt;

/**
 * What {@code lacuna.json} of a plain ONNX model says, as its user wrote it.
 *
 * @param graphFile name of the ONNX file in the same folder
 * @param family name of the family, for people
 * @param vocabulary width of the logits, where the graph leaves it open
 * @param embeddings rows of the embedding, where it has others than the logits
 * @param canvasLimit longest canvas in tokens
 * @param special ids with a meaning of their own
 * @param conventions how the model was trained and is sampled
 * @param defaults settings of a request that names none
 */
public record PlainManifest(
    String graphFile,
    String family,
    OptionalInt vocabulary,
    OptionalInt embeddings,
    int canvasLimit,
    SpecialTokens special,
    Conventions conventions,
    SamplingDefaults defaults) {}
