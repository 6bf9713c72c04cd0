package dev.lacuna.topology.pending;

import dev.lacuna.runtime.engine.api.StepReport;
import dev.lacuna.topology.process.WireTime;
import dev.lacuna.wire.StepTiming;

/**
 * Step reports as wire records.
 *
 * @param workerId names this process
 */
record StepTimings(String workerId) {

  /** The wire record of a step; without its progress, so that it can wait for a checkpoint. */
  StepTiming of(String id, int sample, StepReport report) {
    float confidence = report.meanConfidence();
    return StepTiming.newBuilder()
        .setId(id)
        .setPass(report.pass())
        .setSample(sample)
        .setStep(report.step())
        .setSteps(report.steps())
        .setCanvasLength(report.canvasLength())
        .setBatchRows(report.batchRows())
        .setBatchSlots(report.batchSlots())
        .setBatchSequence(report.batchSequence())
        .setWorkerId(workerId)
        .setDeviceMicros(report.deviceMicros())
        .setHostMicros(report.hostMicros())
        .setShareMicros(report.shareMicros())
        .setMaskedBefore(report.maskedBefore())
        .setMaskedAfter(report.maskedAfter())
        .setMeanConfidence(Float.isNaN(confidence) ? null : confidence)
        .setDevice(report.device())
        .setStartedAt(WireTime.instant(report.startedAtMicros()))
        .build();
  }
}
