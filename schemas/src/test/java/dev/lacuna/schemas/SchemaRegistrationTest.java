package dev.lacuna.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confluent.kafka.schemaregistry.testutil.MockSchemaRegistry;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SchemaRegistrationTest {

  private static final String SCOPE = "registration";
  private static final Map<String, String> SETTINGS =
      Map.of("schema.registry.url", "mock://" + SCOPE);
  private static final WireTopics TOPICS =
      new WireTopics(List.of("bulk", "express"), "control", "done", "steps");

  @AfterEach
  void drop() {
    MockSchemaRegistry.dropScope(SCOPE);
  }

  @Test
  void shouldRegisterEveryTopicWithFullTransitiveCompatibility() throws Exception {
    try (SchemaRegistration registration = SchemaRegistration.open(SETTINGS)) {
      List<SchemaRegistration.Registered> registered = registration.register(TOPICS);
      assertThat(registered)
          .extracting(SchemaRegistration.Registered::subject)
          .containsExactly(
              "bulk-value", "express-value", "control-value", "done-value", "steps-value");
      var client = MockSchemaRegistry.getClientForScope(SCOPE);
      for (SchemaRegistration.Registered one : registered) {
        assertThat(client.getCompatibility(one.subject())).isEqualTo("FULL_TRANSITIVE");
        assertThat(client.getSchemaById(one.id()).name()).isEqualTo(one.record());
        assertThat(one.line())
            .contains(one.subject(), "id " + one.id(), "version 1", "FULL_TRANSITIVE");
      }
    }
  }

  @Test
  void shouldChangeNothingWhenDoneAgain() {
    try (SchemaRegistration registration = SchemaRegistration.open(SETTINGS)) {
      assertThat(registration.register(TOPICS)).isEqualTo(registration.register(TOPICS));
    }
  }

  @Test
  void shouldSayWhoRefusesWhenASchemaIsIncompatible() throws Exception {
    String conflict = "{\"error_code\":409,\"message\":\"incompatible with an earlier schema\"}";
    try (FakeRegistry registry = new FakeRegistry(409, conflict);
        SchemaRegistration registration =
            SchemaRegistration.open(Map.of("schema.registry.url", registry.url()))) {
      assertThatThrownBy(() -> registration.register(TOPICS))
          .isInstanceOf(SchemaSetupException.class)
          .hasMessageContaining("bulk-value")
          .hasMessageContaining("incompatible with an earlier schema");
    }
  }

  @Test
  void shouldRefuseTopicsThatTwoRecordsShare() {
    assertThatThrownBy(() -> new WireTopics(List.of("a"), "a", "b", "c"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("topic of its own");
    assertThatThrownBy(() -> new WireTopics(List.of(), "a", "b", "c"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
