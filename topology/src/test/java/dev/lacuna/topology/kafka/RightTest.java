package dev.lacuna.topology.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;

final class RightTest {
  private static final Map<String, Object> SASL =
      Map.of(
          "bootstrap.servers", List.of("a:1", "b:2"),
          "security.protocol", "sasl_ssl",
          "sasl.jaas.config", "x.PlainLoginModule required username=\"ann\" password=\"secret\";");

  @Test
  void shouldGiveTheWholeCommandOfATopic() {
    String missing =
        Right.onTopic("t", AclOperation.WRITE, AclOperation.DESCRIBE_CONFIGS).missing(SASL);

    assertThat(missing)
        .isEqualTo(
            "User:ann may not WRITE, DESCRIBE_CONFIGS topic 't': an operator grants it with"
                + " 'kafka-acls.sh --bootstrap-server a:1,b:2 --add --allow-principal \"User:ann\""
                + " --operation Write --operation DescribeConfigs --topic \"t\"'.")
        .doesNotContain("secret");
  }

  @Test
  void shouldGiveThePatternWhenTheNameBeginsMany() {
    Right right =
        new Right(Set.of(AclOperation.WRITE), ResourceType.TRANSACTIONAL_ID, "lacuna-", true);

    assertThat(right.missing(Map.of("bootstrap.servers", "b:1")))
        .startsWith("User:ANONYMOUS may not WRITE transactional ids that begin with 'lacuna-'")
        .endsWith("--transactional-id \"lacuna-\" --resource-pattern-type prefixed'.");
  }

  @Test
  void shouldNotGuessThePrincipalWhenTheBrokersMakeIt() {
    assertThat(Right.principal(Map.of("security.protocol", "SSL")))
        .isEqualTo("User:<this client's>");
    assertThat(Right.principal(Map.of("security.protocol", "SASL_PLAINTEXT")))
        .isEqualTo("User:<this client's>");
  }

  @Test
  void shouldKnowADenialAmongTheCauses() {
    assertThat(Right.isDenial(new RuntimeException(new TopicAuthorizationException("no"))))
        .isTrue();
    assertThat(Right.isDenial(new RuntimeException("no"))).isFalse();
  }
}
