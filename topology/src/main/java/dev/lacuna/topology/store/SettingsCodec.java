package dev.lacuna.topology.store;

import dev.lacuna.runtime.facts.CountSchedule;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import dev.lacuna.runtime.sampling.RevealRule;
import dev.lacuna.runtime.sampling.SamplingSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Bytes of a run's settings within an entry. Version 2: steps (int); unmasking order (string); rule
 * (byte) and its schedule (string) or number (float); temperature, top-p (floats); top-k (int);
 * guidance (float); block length (int); update fraction (float); stop tokens (ints behind their
 * number); seed (long). Version 1, of workers without the rest: steps, order, temperature, top-p,
 * top-k, seed.
 */
final class SettingsCodec {
  private static final int SCHEDULED = 0;
  private static final int THRESHOLD = 1;
  private static final int FACTOR = 2;
  private static final int ENTROPY_BUDGET = 3;
  private static final int UNROLLED = 4;

  private SettingsCodec() {}

  static void write(BinaryWriter out, SamplingSettings settings) {
    out.putInt(settings.steps()).putString(settings.order().wireName());
    writeRule(out, settings.rule());
    out.putFloat(settings.temperature()).putFloat(settings.topP()).putInt(settings.topK());
    out.putFloat(settings.guidanceScale()).putInt(settings.blockLength());
    out.putFloat(settings.updateFraction()).putInt(settings.stopTokens().size());
    settings.stopTokens().forEach(out::putInt);
    out.putLong(settings.seed());
  }

  static SamplingSettings read(BinaryReader in) {
    int steps = in.getInt();
    UnmaskingOrder order = readOrder(in);
    RevealRule rule = readRule(in);
    float temperature = in.getFloat();
    float topP = in.getFloat();
    int topK = in.getInt();
    float guidanceScale = in.getFloat();
    int blockLength = in.getInt();
    float updateFraction = in.getFloat();
    int count = in.getCount(Integer.BYTES);
    List<Integer> stopTokens = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      stopTokens.add(in.getInt());
    }
    return new SamplingSettings(
        steps,
        order,
        rule,
        temperature,
        topP,
        topK,
        guidanceScale,
        blockLength,
        updateFraction,
        stopTokens,
        in.getLong());
  }

  static SamplingSettings readVersionOne(BinaryReader in) {
    int steps = in.getInt();
    UnmaskingOrder order = readOrder(in);
    return SamplingSettings.plain(
        steps, order, in.getFloat(), in.getFloat(), in.getInt(), in.getLong());
  }

  private static UnmaskingOrder readOrder(BinaryReader in) {
    String order = in.getText();
    Optional<UnmaskingOrder> known = UnmaskingOrder.ofWireName(order);
    if (known.isEmpty()) {
      throw in.damaged("unmasking order '" + order + "' is unknown to this worker");
    }
    return known.get();
  }

  private static void writeRule(BinaryWriter out, RevealRule rule) {
    if (rule instanceof RevealRule.Scheduled scheduled) {
      out.putByte(SCHEDULED).putString(scheduled.schedule().wireName());
    } else if (rule instanceof RevealRule.Threshold threshold) {
      out.putByte(THRESHOLD).putFloat(threshold.confidence());
    } else if (rule instanceof RevealRule.Factor factor) {
      out.putByte(FACTOR).putFloat(factor.factor());
    } else if (rule instanceof RevealRule.EntropyBudget budget) {
      out.putByte(ENTROPY_BUDGET).putFloat(budget.nats());
    } else if (rule instanceof RevealRule.Unrolled unrolled) {
      out.putByte(UNROLLED).putFloat(unrolled.share());
    }
  }

  private static RevealRule readRule(BinaryReader in) {
    int kind = in.getByte();
    return switch (kind) {
      case SCHEDULED -> new RevealRule.Scheduled(readSchedule(in));
      case THRESHOLD -> new RevealRule.Threshold(in.getFloat());
      case FACTOR -> new RevealRule.Factor(in.getFloat());
      case ENTROPY_BUDGET -> new RevealRule.EntropyBudget(in.getFloat());
      case UNROLLED -> new RevealRule.Unrolled(in.getFloat());
      default -> throw in.damaged("rule kind " + kind);
    };
  }

  private static CountSchedule readSchedule(BinaryReader in) {
    String schedule = in.getText();
    Optional<CountSchedule> known = CountSchedule.ofWireName(schedule);
    if (known.isEmpty()) {
      throw in.damaged("schedule '" + schedule + "' is unknown to this worker");
    }
    return known.get();
  }
}
