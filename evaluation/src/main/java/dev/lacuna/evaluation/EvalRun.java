package dev.lacuna.evaluation;

import dev.lacuna.console.FileProblem;
import dev.lacuna.evaluation.baseline.BaselineFile;
import dev.lacuna.evaluation.baseline.Baselines;
import dev.lacuna.evaluation.baseline.HeldOutFile;
import dev.lacuna.evaluation.measure.EvaluationCanvas;
import dev.lacuna.evaluation.report.EvalReport;
import dev.lacuna.evaluation.report.Sweep;
import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.facts.ModelFacts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * From files to a report.
 *
 * <p>Threading: used by one thread.
 */
public final class EvalRun {

  private final EvalOptions options;
  private final EvalProgress progress;

  /** Prepares a measurement; nothing is read yet. */
  public EvalRun(EvalOptions options, EvalProgress progress) {
    this.options = options;
    this.progress = progress;
  }

  /**
   * Measures.
   *
   * @return the report, or a refusal for files or a model that can't be used
   * @throws IOException if computed baselines can't be written
   */
  public Checked<EvalReport> run() throws IOException {
    Checked<List<String>> texts = HeldOutFile.read(options.documents());
    if (texts instanceof Checked.Refused<List<String>> refused) {
      return new Checked.Refused<>(refused.refusal());
    }
    Checked<EvalModel> model =
        EvalModel.open(options.model(), options.device(), options.dtype(), options.seed());
    if (model instanceof Checked.Refused<EvalModel> refused) {
      return new Checked.Refused<>(refused.refusal());
    }
    try (EvalModel opened = ((Checked.Valid<EvalModel>) model).value()) {
      return measure(opened, ((Checked.Valid<List<String>>) texts).value());
    }
  }

  private Checked<EvalReport> measure(EvalModel model, List<String> texts) throws IOException {
    EvalCorpus corpus =
        EvalCorpus.of(
            texts,
            model.codec(),
            options.seed(),
            progress.stage("tokens of held-out documents", texts.size()));
    Checked<Baselines> baselines = baselines(model, corpus);
    if (options.train().isPresent() && baselines instanceof Checked.Refused<Baselines> refused) {
      return new Checked.Refused<>(refused.refusal());
    }
    Evaluation evaluation =
        new Evaluation(
            model.facts(),
            model.predictor(),
            model.infill(),
            model::settings,
            progress,
            options.spanLength(),
            options.seed());
    List<EvaluationCanvas> forward =
        corpus.chosen(options.forwardDocuments(texts.size()), model.facts());
    List<EvaluationCanvas> engine =
        corpus.chosen(options.engineDocuments(texts.size()), model.facts());
    return Checked.valid(
        new EvalReport(
            subject(model, texts.size(), forward, engine),
            evaluation.bound(forward),
            evaluation.forward(forward),
            baselines,
            evaluation.infill(engine),
            loss(model, forward)));
  }

  private Optional<Checked<EvalReport.Loss>> loss(
      EvalModel model, List<EvaluationCanvas> documents) {
    return model.besideFp32(
        (whole, mine) ->
            new NumbersLoss(model.facts(), whole, mine, options.spanLength(), options.seed())
                .measure(documents, progress));
  }

  private EvalReport.Subject subject(
      EvalModel model,
      int documents,
      List<EvaluationCanvas> forward,
      List<EvaluationCanvas> engine) {
    return new EvalReport.Subject(
        model.facts().name(),
        model.fingerprint(),
        options.documents().toString(),
        documents,
        forward.size(),
        engine.size(),
        (int) forward.stream().filter(EvaluationCanvas::cut).count(),
        model.facts().canvasLimit(),
        Evaluation.BOUND_DRAWS,
        options.spanLength(),
        options.seed(),
        new Sweep(model.facts(), options.seed()).description());
  }

  /** Computed if there are training texts, else those of the file beside the documents. */
  private Checked<Baselines> baselines(EvalModel model, EvalCorpus corpus) throws IOException {
    Path tokenizer = options.model().resolve("tokenizer.json");
    Baselines.Split split;
    try {
      split = BaselineFile.split(options.documents(), tokenizer);
    } catch (IOException e) {
      return Checked.refused(
          HeldOutFile.INVALID_FILE, "baselines", FileProblem.of(tokenizer.toString(), e));
    }
    if (options.train().isEmpty()) {
      Path file = options.documents().resolveSibling(BaselineFile.NAME);
      return BaselineFile.read(file, split);
    }
    Checked<Baselines> computed =
        HeldOutFile.read(options.train().get())
            .then(train -> Checked.valid(count(model, corpus, train, split)));
    if (options.writeBaselines().isPresent()
        && computed instanceof Checked.Valid<Baselines> valid) {
      BaselineFile.write(options.writeBaselines().get(), valid.value());
    }
    return computed;
  }

  private Baselines count(
      EvalModel model, EvalCorpus corpus, List<String> train, Baselines.Split split) {
    ModelFacts facts = model.facts();
    // Documents end in the counts even where the model knows no token for it.
    int end = facts.special().hasEnd() ? facts.endToken() : facts.vocabulary();
    int vocabulary = Math.max(facts.vocabulary(), end + 1);
    List<int[]> tokens =
        EvalCorpus.encode(
            train, model.codec(), progress.stage("tokens of training documents", train.size()));
    return Baselines.measure(
        EvalCorpus.ended(tokens, end), corpus.ended(end), vocabulary, split, command());
  }

  /** How to compute the baselines again; names of files without their folders. */
  private String command() {
    return "lacuna eval --model %s --documents %s --train %s --write-baselines %s"
        .formatted(
            options.model().toAbsolutePath().normalize().getFileName(),
            options.documents().getFileName(),
            options.train().map(Path::getFileName).orElseThrow(),
            options.writeBaselines().map(Path::getFileName).orElse(Path.of(BaselineFile.NAME)));
  }
}
