package dev.lacuna.topology.inputs;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsResult;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;

/**
 * The admin client of Kafka Streams, which describes no partition of a changelog that belongs to no
 * task: Kafka Streams compares, and would stop for good where a changelog was grown before the
 * topics that are read. Tasks name their changelog's partition, so others do not matter.
 *
 * <p>Threading: any thread may call any method.
 */
public final class TrimmedAdmin {
  private TrimmedAdmin() {}

  /** Wraps a client. The interface has a hundred methods and gains more: hence the proxy. */
  public static Admin wrap(Admin admin, TopicWatch watch) {
    return (Admin)
        Proxy.newProxyInstance(
            TrimmedAdmin.class.getClassLoader(),
            new Class<?>[] {Admin.class},
            (proxy, method, arguments) -> trim(call(admin, method, arguments), watch));
  }

  private static Object call(Admin admin, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(admin, arguments);
    } catch (InvocationTargetException thrown) {
      throw thrown.getCause();
    }
  }

  private static Object trim(Object answer, TopicWatch watch) {
    if (!(answer instanceof DescribeTopicsResult described)
        || described.topicNameValues() == null) {
      return answer;
    }
    Map<String, KafkaFuture<TopicDescription>> topics = new HashMap<>(described.topicNameValues());
    topics.replaceAll(
        (topic, description) ->
            watch.topics().changelogs().contains(topic)
                ? description.thenApply(all -> first(all, watch.assigned()))
                : description);
    return new Trimmed(topics);
  }

  static TopicDescription first(TopicDescription topic, int partitions) {
    return topic.partitions().size() <= partitions
        ? topic
        : new TopicDescription(
            topic.name(),
            topic.isInternal(),
            topic.partitions().subList(0, partitions),
            topic.authorizedOperations(),
            topic.topicId());
  }

  private static final class Trimmed extends DescribeTopicsResult {
    Trimmed(Map<String, KafkaFuture<TopicDescription>> topics) {
      super(null, topics);
    }
  }
}
