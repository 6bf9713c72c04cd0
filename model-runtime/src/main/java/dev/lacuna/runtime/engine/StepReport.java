package dev.lacuna.runtime.engine;

/**
 * What one step did to one row.
 *
 * @param pass from 1
 * @param step of the pass, from 1
 * @param steps steps planned for the pass
 * @param canvasLength tokens of the canvas, without padding
 * @param batchRows rows that shared the forward pass
 * @param batchSlots rows that could have shared it
 * @param batchSequence number of the forward pass in this engine, from 1
 * @param deviceMicros the fused forward and sampling run, whole batch
 * @param hostMicros work of the step outside the device, whole batch
 * @param shareMicros this row's share of deviceMicros
 * @param maskedBefore masks before the step
 * @param maskedAfter masks after the step
 * @param meanConfidence over the tokens unmasked in this step; NaN if none was
 * @param device {@code cpu}, {@code cuda:0}, …
 * @param startedAtMicros start of the step in microseconds since the epoch
 * @param progress the run after the step
 */
public record StepReport(
    int pass,
    int step,
    int steps,
    int canvasLength,
    int batchRows,
    int batchSlots,
    long batchSequence,
    long deviceMicros,
    long hostMicros,
    long shareMicros,
    int maskedBefore,
    int maskedAfter,
    float meanConfidence,
    String device,
    long startedAtMicros,
    RunProgress progress) {}
