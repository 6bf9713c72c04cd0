package dev.lacuna.console.plot;

import java.util.ArrayList;
import java.util.List;

/** Where values lie along an axis, from 0 at its start to 1 at its end, and where ticks stand. */
public sealed interface Scale {

  /** Place of a value, 0 to 1. */
  double place(double value);

  /** Ticks within the range, ascending. */
  List<Tick> ticks();

  /** A value with its label. */
  record Tick(double value, String label) {}

  /** Equal steps for equal differences. */
  record Linear(double from, double to) implements Scale {

    private static final int MOST_TICKS = 6;

    /** A range with some room around values. */
    public static Linear around(double least, double most) {
      double room = Math.max((most - least) * 0.06, 1e-6 + Math.abs(most) * 0.01);
      return new Linear(least - room, most + room);
    }

    /** From zero to a little above the greatest value. */
    public static Linear fromZero(double most) {
      return new Linear(0, most * 1.12);
    }

    @Override
    public double place(double value) {
      return (value - from) / (to - from);
    }

    @Override
    public List<Tick> ticks() {
      double step = step();
      List<Tick> ticks = new ArrayList<>();
      for (long i = (long) Math.ceil(from / step); i * step <= to; i++) {
        ticks.add(new Tick(i * step, Svg.number(i * step)));
      }
      return ticks;
    }

    /** 1, 2 or 5 times a power of ten. */
    private double step() {
      double power = Math.pow(10, Math.floor(Math.log10((to - from) / MOST_TICKS)));
      for (double factor : new double[] {1, 2, 5}) {
        if ((to - from) / (factor * power) <= MOST_TICKS) {
          return factor * power;
        }
      }
      return 10 * power;
    }
  }

  /**
   * Equal steps for equal ratios.
   *
   * @param from above 0
   * @param marks values that have a tick if they are in the range
   */
  record Logarithmic(double from, double to, List<Double> marks) implements Scale {

    public Logarithmic {
      marks = List.copyOf(marks);
    }

    /** A range with some room around values, ticks at 1, 2, 5, 10, 20, … and 0.5, 0.2, 0.1, … */
    public static Logarithmic around(double least, double most) {
      List<Double> marks = new ArrayList<>();
      for (int power = -6; power <= 6; power++) {
        for (double factor : new double[] {1, 2, 5}) {
          marks.add(factor * Math.pow(10, power));
        }
      }
      return new Logarithmic(least / 1.25, most * 1.25, marks);
    }

    /** A range with some room around values, ticks at the values themselves. */
    public static Logarithmic at(List<Double> values) {
      double least = values.stream().mapToDouble(v -> v).min().orElse(1);
      double most = values.stream().mapToDouble(v -> v).max().orElse(1);
      return new Logarithmic(least / 1.25, most * 1.25, values);
    }

    @Override
    public double place(double value) {
      return Math.log(Math.max(value, from) / from) / Math.log(to / from);
    }

    @Override
    public List<Tick> ticks() {
      return marks.stream()
          .filter(mark -> mark >= from && mark <= to)
          .map(mark -> new Tick(mark, Svg.number(mark)))
          .toList();
    }
  }

  /** Names side by side; the value of a name is its index. */
  record Names(List<String> names) implements Scale {

    public Names {
      names = List.copyOf(names);
    }

    @Override
    public double place(double value) {
      return (value + 0.5) / names.size();
    }

    @Override
    public List<Tick> ticks() {
      List<Tick> ticks = new ArrayList<>();
      for (int i = 0; i < names.size(); i++) {
        ticks.add(new Tick(i, names.get(i)));
      }
      return ticks;
    }
  }
}
