package dev.lacuna.topology.fakes;

import dev.lacuna.wire.Blank;
import dev.lacuna.wire.BlankLength;
import dev.lacuna.wire.Control;
import dev.lacuna.wire.ControlAction;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.Sampling;
import dev.lacuna.wire.Text;
import java.util.List;

/** Requests for tests. */
public final class Requests {
  private Requests() {}

  /** "a [8] z" with seed 7 and four steps. */
  public static GenerationRequest.Builder request(String id) {
    return GenerationRequest.newBuilder()
        .setId(id)
        .setDocument(
            List.of(new Text("a "), new Blank(8, "gap", BlankLength.EXACT), new Text(" z")))
        .setSampling(Sampling.newBuilder().setSteps(4).setSeed(7L).build());
  }

  /** A cancellation. */
  public static Control cancel(String id) {
    return new Control(id, ControlAction.CANCEL);
  }
}
