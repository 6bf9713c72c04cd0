package dev.lacuna.topology.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;
import net.jqwik.api.state.ActionChain;
import net.jqwik.api.state.Transformer;

/** A property that has to be falsified, by a list of actions that a person can read. */
public final class Falsifies implements AroundPropertyHook {

  /** Actions of a list that is still short. */
  private static final int SHORT = 10;

  @Override
  public PropertyExecutionResult aroundProperty(
      PropertyLifecycleContext context, PropertyExecutor property) {
    Found wanted = context.findAnnotation(Found.class).orElseThrow();
    PropertyExecutionResult result = property.execute();
    List<Object> sample = result.falsifiedParameters().orElse(List.of());
    if (sample.isEmpty() || !(sample.get(0) instanceof ActionChain<?> found)) {
      return result.mapToFailed("not found in " + result.countTries() + " tries");
    }
    List<Transformer<Cluster>> actions = shortest(wanted, transformers(found));
    String violation = violation(wanted.under(), actions).orElse("nothing");
    List<String> names = actions.stream().map(Transformer::transformation).toList();
    String report =
        String.format(
            "%s: try %d, seed %s%n  %s%n  => %s",
            context.label(),
            result.countTries(),
            result.seed().orElse("?"),
            String.join("\n  ", names),
            violation);
    if (!violation.contains(wanted.value()) || actions.size() > SHORT) {
      return result.mapToFailed(report);
    }
    System.out.println(report);
    return result.mapToSuccessful();
  }

  /** Whether a violation, or what it was caused by, says so. */
  static boolean says(Throwable violated, String wanted) {
    for (Throwable cause = violated; cause != null; cause = cause.getCause()) {
      if (String.valueOf(cause.getMessage()).contains(wanted)) {
        return true;
      }
    }
    return false;
  }

  @SuppressWarnings("unchecked") // all chains of this model start with a cluster
  private static List<Transformer<Cluster>> transformers(ActionChain<?> chain) {
    return new ArrayList<>(((ActionChain<Cluster>) chain).transformers());
  }

  /** Leaves out what isn't needed, from the end on: jqwik's own shrinking stops earlier. */
  private static List<Transformer<Cluster>> shortest(
      Found wanted, List<Transformer<Cluster>> found) {
    List<Transformer<Cluster>> actions = found;
    boolean shorter = true;
    while (shorter) {
      shorter = false;
      for (int i = actions.size() - 1; i >= 0; i--) {
        List<Transformer<Cluster>> fewer = new ArrayList<>(actions);
        fewer.remove(i);
        if (violation(wanted.under(), fewer).orElse("").contains(wanted.value())) {
          actions = fewer;
          shorter = true;
        }
      }
    }
    return actions;
  }

  private static Optional<String> violation(Rules rules, List<Transformer<Cluster>> actions) {
    try {
      Cluster cluster = new Cluster(rules);
      for (Transformer<Cluster> action : actions) {
        cluster = action.apply(cluster);
      }
      new Quiescence(cluster).reached();
      return Optional.empty();
    } catch (AssertionError violated) {
      return Optional.of(String.valueOf(violated.getMessage()));
    }
  }
}
