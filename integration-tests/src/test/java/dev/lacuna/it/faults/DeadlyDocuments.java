package dev.lacuna.it.faults;

import dev.lacuna.runtime.GenerationModel;
import dev.lacuna.runtime.text.Document;
import dev.lacuna.topology.process.ModelCatalog;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.Set;

/**
 * Models that end the process when they lay out a document with a text of this kind, as a fault in
 * a tokenizer's native code would.
 *
 * @param real the models
 * @param text what such a document contains
 */
record DeadlyDocuments(ModelCatalog real, String text) implements ModelCatalog {

  @Override
  public Optional<GenerationModel> find(String name) {
    return real.find(name).map(this::deadly);
  }

  @Override
  public Set<String> names() {
    return real.names();
  }

  @Override
  public Optional<String> unavailable(String name) {
    return real.unavailable(name);
  }

  private GenerationModel deadly(GenerationModel model) {
    return (GenerationModel)
        Proxy.newProxyInstance(
            DeadlyDocuments.class.getClassLoader(),
            new Class<?>[] {GenerationModel.class},
            (proxy, method, arguments) -> call(model, method, arguments));
  }

  private Object call(GenerationModel model, Method method, Object[] arguments) throws Throwable {
    if (method.getName().equals("plan") && arguments[0] instanceof Document document) {
      boolean kills =
          document.segments().stream()
              .anyMatch(one -> one instanceof Document.Text part && part.content().contains(text));
      if (kills) {
        SuddenEnd.PROCESS.now();
      }
    }
    try {
      return method.invoke(model, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
