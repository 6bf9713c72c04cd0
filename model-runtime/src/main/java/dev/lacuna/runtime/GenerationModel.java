package dev.lacuna.runtime;

import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.sampling.SamplingOverrides;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.Document;
import dev.lacuna.runtime.text.DocumentPlan;
import dev.lacuna.runtime.text.FilledDocument;
import dev.lacuna.runtime.text.RunProgress;

/**
 * What intake and drain need to know of a model: everything but its forward pass.
 *
 * <p>Threading: immutable; any thread may call any method.
 */
public interface GenerationModel {

  /** Name by which requests ask for it. */
  String name();

  /** Hash of the checkpoint's files and of what its user stated of them, hexadecimal. */
  String revision();

  /**
   * Revision, number format, runtime version and instruction set. Two runs with equal fingerprints,
   * settings and canvases end in the same tokens.
   */
  String fingerprint();

  /** An upper bound of the UTF-8 bytes of one generated token. */
  int maxTokenBytes();

  /**
   * Decides and checks the settings of a request.
   *
   * @param seedIfAbsent seed to use where the request has none
   */
  Checked<SamplingSettings> settings(SamplingOverrides overrides, long seedIfAbsent);

  /** Lays a document out on canvases, or says why this model can't fill it. */
  Checked<DocumentPlan> plan(Document document);

  /** Text of a finished run. */
  FilledDocument read(DocumentPlan plan, SamplingSettings settings, RunProgress finished);
}
