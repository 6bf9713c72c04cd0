package dev.lacuna.worker.models;

import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.check.FailureText;
import dev.lacuna.runtime.check.Refusal;
import dev.lacuna.runtime.loading.LoadedModel;
import dev.lacuna.runtime.loading.ModelLoader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Models while they are loaded, and those of them that could not be. What can go wrong with one
 * model's files or its graph must not take the others away; what goes wrong with the only one, or
 * with all, is the caller's.
 *
 * <p>Threading: used by one thread.
 */
final class LoadedModels {
  private static final Logger LOG = LoggerFactory.getLogger(LoadedModels.class);

  private final Map<String, Path> folders;
  private final Map<String, LoadedModel> ready = new LinkedHashMap<>();
  private final Map<String, String> unavailable = new LinkedHashMap<>();
  private Optional<Failure> first = Optional.empty();

  private LoadedModels(Map<String, Path> folders) {
    this.folders = folders;
  }

  /** Why a model could not be loaded: a refusal, or what was thrown. */
  private sealed interface Failure {
    record Refused(Refusal refusal) implements Failure {}

    record Thrown(RuntimeException exception) implements Failure {}
  }

  /** Something that makes a model and may fail. */
  private interface Making {
    Checked<LoadedModel> make();
  }

  /** Loads models, in the order of their names' map. */
  static LoadedModels load(ModelLoader loader, Map<String, Path> folders) {
    LoadedModels models = new LoadedModels(folders);
    folders.forEach((name, folder) -> models.make(name, () -> loader.load(name, folder)));
    return models;
  }

  /** Models that can be served, by name. */
  Map<String, LoadedModel> ready() {
    return ready;
  }

  /** The others: why they can't, in a few words for somebody outside. */
  Map<String, String> unavailable() {
    return unavailable;
  }

  /** Puts another in the place of each; one for which that fails is unavailable, and closed. */
  void replaceEach(UnaryOperator<LoadedModel> replacing) {
    for (Map.Entry<String, LoadedModel> model : List.copyOf(ready.entrySet())) {
      ready.remove(model.getKey());
      if (!make(model.getKey(), () -> Checked.valid(replacing.apply(model.getValue())))) {
        discard(model.getValue());
      }
    }
  }

  /** The outcome where none is ready; throws what was thrown for the first. */
  <T> Checked<T> refusal() {
    if (first.orElseThrow() instanceof Failure.Thrown thrown) {
      throw thrown.exception();
    }
    return new Checked.Refused<>(((Failure.Refused) first.get()).refusal());
  }

  /** Closes all that were loaded. */
  void discard() {
    ready.values().forEach(LoadedModels::discard);
    ready.clear();
  }

  private static void discard(LoadedModel model) {
    model.engineModel().forwardPass().close();
    model.codec().close();
  }

  private boolean make(String name, Making making) {
    try {
      Checked<LoadedModel> made = making.make();
      if (made instanceof Checked.Refused<LoadedModel> refused) {
        failed(name, new Failure.Refused(refused.refusal()));
        return false;
      }
      ready.put(name, ((Checked.Valid<LoadedModel>) made).value());
      return true;
    } catch (RuntimeException e) {
      failed(name, new Failure.Thrown(e));
    } catch (OutOfMemoryError e) {
      // Of the buffers that weights pass through: what was taken is free again by now.
      String message = "not enough memory to load it: " + e.getMessage();
      failed(name, new Failure.Thrown(new IllegalStateException(message, e)));
    }
    return false;
  }

  private void failed(String name, Failure failure) {
    RuntimeException exception =
        failure instanceof Failure.Thrown thrown
            ? thrown.exception()
            : new IllegalStateException(((Failure.Refused) failure).refusal().message());
    first = first.or(() -> Optional.of(failure));
    unavailable.put(name, FailureText.of(exception));
    if (folders.size() > 1) {
      LOG.error(
          "a model cannot be loaded, its requests are answered FAILED"
              + " MODEL_UNAVAILABLE; repair it or remove it from model.dir, then restart"
              + " model={} folder={}",
          name,
          folders.get(name),
          exception);
    }
  }
}
