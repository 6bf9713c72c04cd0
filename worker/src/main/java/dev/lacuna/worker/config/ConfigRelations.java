package dev.lacuna.worker.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What must hold between keys.
 *
 * @param problems relations that can't work
 * @param warnings relations that work but cost something
 */
record ConfigRelations(List<String> problems, List<String> warnings) {

  static ConfigRelations of(Config config) {
    ConfigRelations relations = new ConfigRelations(new ArrayList<>(), new ArrayList<>());
    relations.checkReplicas(config);
    relations.checkDefaultModel(config);
    relations.checkTopics(config);
    relations.checkFairness(config);
    return relations;
  }

  private void checkReplicas(Config config) {
    int replicas = config.get(ConfigKeys.TOPICS_REPLICATION_FACTOR);
    int insync = config.minInsyncReplicas();
    if (insync > replicas) {
      problems.add(
          "topics.min.insync.replicas = %d is impossible: it must be at most".formatted(insync)
              + " topics.replication.factor, which is %d".formatted(replicas));
    }
    if (replicas == 1) {
      warnings.add("topics.replication.factor = 1: a lost broker loses accepted requests");
    }
  }

  private void checkDefaultModel(Config config) {
    Set<String> names = config.get(ConfigKeys.MODEL_DIR).keySet();
    if (!names.contains(config.defaultModel())) {
      problems.add(
          "model.default = '%s' is impossible: it must be one of the names in 'model.dir': %s"
              .formatted(config.defaultModel(), String.join(", ", names)));
    }
  }

  private void checkFairness(Config config) {
    if (!config.get(ConfigKeys.FAIRNESS_WEIGHTS).isEmpty()
        && config.get(ConfigKeys.FAIRNESS_LABEL).isEmpty()) {
      warnings.add(
          "fairness.weights has no effect: fairness.label must name the label whose values they"
              + " are of");
    }
  }

  private void checkTopics(Config config) {
    Map<String, String> keysByTopic = new TreeMap<>();
    for (String topic : config.requestTopics()) {
      keysByTopic.put(topic, ConfigKeys.REQUESTS_TOPICS.name()); // all different already
    }
    for (ConfigKey<String> key : ConfigKeys.singleTopics()) {
      String other = keysByTopic.put(config.get(key), key.name());
      if (other != null) {
        problems.add(
            "%s = '%s' is impossible: it must differ from %s"
                .formatted(key.name(), config.get(key), other));
      }
    }
  }
}
