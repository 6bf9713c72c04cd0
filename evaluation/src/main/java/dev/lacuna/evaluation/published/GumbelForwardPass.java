package dev.lacuna.evaluation.published;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.lacuna.runtime.engine.api.ForwardPass;
import dev.lacuna.runtime.engine.api.StepBatch;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.onnx.ort.ForwardPassException;
import dev.lacuna.runtime.onnx.ort.RuntimeEnvironment;
import dev.lacuna.runtime.onnx.session.Sessions;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * A model that draws with recorded Gumbel noise, {@link StepBatch#gumbelUniforms}; positions
 * without any take the most probable token. Top-p, top-k and the end token's rules don't apply.
 *
 * <p>Threading: owned by the engine's thread.
 */
public final class GumbelForwardPass implements ForwardPass {

  /** The same noise for every token, which changes no argmax. */
  private static final double NO_NOISE = 0.5;

  private final OrtEnvironment environment = RuntimeEnvironment.get();
  private final ModelFacts facts;
  private final Sessions.Open session;
  private boolean closed;

  GumbelForwardPass(ModelFacts facts, Sessions.Open session) {
    this.facts = facts;
    this.session = session;
  }

  @Override
  public void run(StepBatch batch) {
    if (batch.positions == 0) {
      return;
    }
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      fill(batch, inputs);
      try (OrtSession.Result result = session.session().run(inputs)) {
        long[] tokens = (long[]) result.get("tokens").orElseThrow().getValue();
        float[] confidences = (float[]) result.get("confidences").orElseThrow().getValue();
        for (int i = 0; i < batch.positions; i++) {
          batch.proposals[i] = Math.toIntExact(tokens[i]);
          batch.confidences[i] = confidences[i];
          batch.certainties[i] = confidences[i];
        }
      }
    } catch (OrtException e) {
      throw new ForwardPassException(
          "model " + facts.name() + " failed with recorded noise: " + e.getMessage(), e);
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private void fill(StepBatch batch, Map<String, OnnxTensor> inputs) throws OrtException {
    int n = batch.positions;
    long[] picks = new long[n + batch.guided];
    Arrays.setAll(
        picks,
        i ->
            facts.logitsRow(
                i < n ? batch.flatPositions[i] : batch.guidedFlatPositions[i - n], batch.length));
    long[] rowLengths = Arrays.stream(batch.rowLengths, 0, batch.rows).asLongStream().toArray();
    long[] guided = Arrays.stream(batch.guidedIndices, 0, batch.guided).asLongStream().toArray();
    inputs.put("input_ids", longs(batch.tokens, batch.rows, batch.length));
    inputs.put("row_lengths", longs(rowLengths, batch.rows));
    inputs.put("positions", longs(picks, picks.length));
    inputs.put("gumbel_uniforms", doubles(noise(batch), n, facts.vocabulary()));
    inputs.put("temperature", doubles(temperatures(batch), n, 1));
    inputs.put("guided", longs(guided, batch.guided));
    inputs.put(
        "guidance_scale",
        OnnxTensor.createTensor(
            environment,
            FloatBuffer.wrap(batch.guidanceScales, 0, batch.guided),
            new long[] {batch.guided, 1}));
  }

  private double[] noise(StepBatch batch) {
    double[] noise = new double[Math.multiplyExact(batch.positions, facts.vocabulary())];
    Arrays.fill(noise, NO_NOISE);
    for (int i = 0; i < batch.positions; i++) {
      double[] recorded = batch.gumbelUniforms[i];
      if (recorded != null) {
        System.arraycopy(recorded, 0, noise, i * facts.vocabulary(), facts.vocabulary());
      }
    }
    return noise;
  }

  private static double[] temperatures(StepBatch batch) {
    double[] temperatures = new double[batch.positions];
    // The recorded temperature is a decimal number, which the nearest float isn't.
    Arrays.setAll(temperatures, i -> Double.parseDouble(Float.toString(batch.temperatures[i])));
    return temperatures;
  }

  private OnnxTensor longs(long[] values, long... shape) throws OrtException {
    int count = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
    return OnnxTensor.createTensor(environment, LongBuffer.wrap(values, 0, count), shape);
  }

  private OnnxTensor doubles(double[] values, long... shape) throws OrtException {
    return OnnxTensor.createTensor(environment, DoubleBuffer.wrap(values), shape);
  }

  @Override
  public String device() {
    return session.device();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      session.session().close();
    } catch (OrtException e) {
      throw new ForwardPassException("closing model " + facts.name() + " failed", e);
    }
  }
}
