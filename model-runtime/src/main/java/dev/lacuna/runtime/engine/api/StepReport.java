package dev.lacuna.runtime.engine.api;

import dev.lacuna.runtime.text.RunProgress;

/**
 * What one step did to one row.
 *
 * @param pass from 1
 * @param step of the pass, from 1
 * @param steps steps planned for the pass; a bound where the rule is no schedule
 * @param canvasLength tokens of the canvas, without padding
 * @param batchRows slots taken by the rows of the batch: one each, two by a guided one
 * @param batchSlots slots of a forward pass of the batch's length
 * @param batchSequence number of the forward pass in this engine, from 1
 * @param deviceMicros the fused forward and sampling run, whole batch
 * @param hostMicros work of the step outside the device, whole batch
 * @param shareMicros this row's share of deviceMicros; 0 where the step needed no forward pass
 * @param maskedBefore masks before the step: positions that no step has predicted
 * @param maskedAfter masks after the step
 * @param meanConfidence over the tokens predicted in this step; NaN if none was
 * @param device {@code cpu}, {@code cuda:0}, …
 * @param deviceClockMicros device time of all forward passes of the engine so far, this one
 *     included
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
    long deviceClockMicros,
    long startedAtMicros,
    RunProgress progress) {}
