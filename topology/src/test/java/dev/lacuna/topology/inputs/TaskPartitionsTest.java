package dev.lacuna.topology.inputs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

final class TaskPartitionsTest {
  private static final List<String> INPUTS = List.of("requests", "control");
  private static final Node NODE = new Node(1, "broker", 9092);

  private static TaskPartitions of(int requests, int controls, Integer... changelogs) {
    Map<String, Integer> counts = new java.util.HashMap<>();
    for (int i = 0; i < changelogs.length; i++) {
      counts.put("log-" + i, changelogs[i]);
    }
    return new TaskPartitions(Map.of("requests", requests), "control", controls, counts);
  }

  private static String told(TaskPartitions partitions) {
    return String.join("\n", partitions.problems("b:9092"));
  }

  @Test
  void shouldFindNothingWhenAllAreEqualOrThereAreNoChangelogsYet() {
    assertThat(of(4, 4, 4, 4).problems("b")).isEmpty();
    assertThat(of(4, 4).problems("b")).isEmpty();
    assertThat(of(4, 4).served()).isEqualTo(4);
  }

  @Test
  void shouldNameEachTopicThatMustGrow() {
    assertThat(of(4, 2, 2, 4).served()).isEqualTo(2);
    assertThat(told(of(4, 2, 2, 4)))
        .contains("'requests' has 4 partitions and 'control' has 2: they must be equal")
        .contains("log-0 (2)")
        .contains("Partitions 2 to 3 are not served until then")
        .contains(
            "kafka-topics.sh --bootstrap-server b:9092 --alter --topic control --partitions 4")
        .contains("--alter --topic log-0 --partitions 4")
        .doesNotContain("--topic log-1")
        .doesNotContain("--topic requests");
  }

  @Test
  void shouldGrowWhatIsReadWhenAChangelogHasMore() {
    assertThat(told(of(2, 2, 4, 2)))
        .contains("--alter --topic requests --partitions 4")
        .contains("--alter --topic control --partitions 4")
        .contains("--alter --topic log-1 --partitions 4")
        .doesNotContain("--topic log-0 --partitions");
    assertThat(of(2, 2, 4, 2).served()).isEqualTo(2);
  }

  @Test
  void shouldSayNothingOfPartitionsThatAreServedAllTheSame() {
    assertThat(told(of(2, 4, 4, 4))).contains("must be equal").doesNotContain("not served");
    assertThat(of(2, 4, 4, 4).served()).isEqualTo(4);
  }

  @Test
  void shouldShowTheAssignorWhatCanBeServedWhateverTheConsumerKnows() {
    List<PartitionInfo> infos =
        IntStream.range(0, 4)
            .boxed()
            .flatMap(
                i ->
                    List.of("requests", "other").stream()
                        .map(topic -> new PartitionInfo(topic, i, NODE, new Node[0], new Node[0])))
            .toList();
    Cluster cluster =
        new Cluster("id", List.of(NODE), infos, java.util.Set.of(), java.util.Set.of());
    Cluster fewer = ServedPartitionsAssignor.fit(cluster, INPUTS, of(4, 2, 2));
    assertThat(fewer.partitionCountForTopic("requests")).isEqualTo(2);
    assertThat(fewer.partitionCountForTopic("other")).isEqualTo(4);
    assertThat(fewer.partitionCountForTopic("control")).as("not known yet").isEqualTo(2);
    Cluster more = ServedPartitionsAssignor.fit(cluster, INPUTS, of(6, 7, 7));
    assertThat(more.partitionCountForTopic("requests")).isEqualTo(6);
    assertThat(more.partitionCountForTopic("control")).isEqualTo(7);
    assertThat(more.partition(new TopicPartition("requests", 3)).leader()).isEqualTo(NODE);
    Cluster gone =
        ServedPartitionsAssignor.fit(
            cluster, INPUTS, new TaskPartitions(Map.of(), "control", 4, Map.of()));
    assertThat(gone.topics()).containsExactlyInAnyOrder("control", "other");

    List<TopicPartitionInfo> partitions =
        IntStream.range(0, 4)
            .mapToObj(i -> new TopicPartitionInfo(i, NODE, List.of(NODE), List.of(NODE)))
            .toList();
    TopicDescription log = new TopicDescription("log", false, partitions, null, Uuid.randomUuid());
    assertThat(TrimmedAdmin.first(log, 2).partitions()).isEqualTo(partitions.subList(0, 2));
    assertThat(TrimmedAdmin.first(log, 9)).isSameAs(log);
  }
}
