package dev.lacuna.topology.inputs;

import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.internals.KafkaFutureImpl;

/** Topics that a test makes, grows and makes again, behind an admin client. */
final class FakeTopics {
  private final Map<String, TopicDescription> topics = new HashMap<>();
  private final Map<TopicPartition, Long> begins = new HashMap<>();
  private final Map<TopicPartition, Long> ends = new HashMap<>();

  /** Makes a topic, or makes it again. */
  Uuid make(String name, int partitions) {
    Node node = new Node(1, "broker", 9092);
    Uuid id = Uuid.randomUuid();
    List<TopicPartitionInfo> infos =
        IntStream.range(0, partitions)
            .mapToObj(i -> new TopicPartitionInfo(i, node, List.of(node), List.of(node)))
            .toList();
    topics.put(name, new TopicDescription(name, false, infos, null, id));
    return id;
  }

  void log(TopicPartition partition, long begin, long end) {
    begins.put(partition, begin);
    ends.put(partition, end);
  }

  void delete(String name) {
    topics.remove(name);
  }

  Admin admin() {
    return (Admin)
        Proxy.newProxyInstance(
            FakeTopics.class.getClassLoader(),
            new Class<?>[] {Admin.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "describeTopics" -> describe((Collection<?>) arguments[0]);
                  case "listOffsets" -> offsets((Map<?, ?>) arguments[0]);
                  case "close" -> null;
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private DescribeTopicsResult describe(Collection<?> names) {
    Map<String, KafkaFuture<TopicDescription>> answers = new HashMap<>();
    for (Object name : names) {
      KafkaFutureImpl<TopicDescription> answer = new KafkaFutureImpl<>();
      if (topics.containsKey(name)) {
        answer.complete(topics.get(name));
      } else {
        answer.completeExceptionally(new UnknownTopicOrPartitionException("no " + name));
      }
      answers.put((String) name, answer);
    }
    return new Described(answers);
  }

  private ListOffsetsResult offsets(Map<?, ?> question) {
    Map<TopicPartition, KafkaFuture<ListOffsetsResultInfo>> answers = new HashMap<>();
    question.forEach(
        (partition, which) ->
            answers.put(
                (TopicPartition) partition,
                KafkaFuture.completedFuture(
                    new ListOffsetsResultInfo(
                        (which instanceof OffsetSpec.EarliestSpec ? begins : ends).get(partition),
                        -1,
                        java.util.Optional.empty()))));
    return new ListOffsetsResult(answers);
  }

  private static final class Described extends DescribeTopicsResult {
    Described(Map<String, KafkaFuture<TopicDescription>> answers) {
      super(null, answers);
    }
  }
}
