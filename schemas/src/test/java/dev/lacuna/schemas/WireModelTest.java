package dev.lacuna.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacuna.wire.ControlAction;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.Sampling;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.junit.jupiter.api.Test;

final class WireModelTest {

  /** Avro makes this default by looking its classes up by name, which it does for trusted ones. */
  @Test
  void shouldBuildDefaultsOfNestedRecords() {
    GenerationRequest request =
        GenerationRequest.newBuilder().setId("r").setDocument(List.of()).build();
    assertThat(request.getSampling()).isEqualTo(Sampling.newBuilder().build());
  }

  @Test
  void shouldTrustNoOtherPackageWhenItTrustsItsOwn() {
    Schema foreign =
        new Schema.Parser()
            .parse(
                "{\"type\":\"record\",\"name\":\"ProcessBuilder\",\"namespace\":\"java.lang\",\"fields\":[]}");
    assertThat(ControlAction.getClassSchema()).isNotNull();
    WireModel.create();
    assertThatThrownBy(() -> new SpecificData().getClass(foreign))
        .isInstanceOf(SecurityException.class);
  }
}
