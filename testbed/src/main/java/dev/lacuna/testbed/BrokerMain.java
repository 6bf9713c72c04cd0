package dev.lacuna.testbed;

import java.io.PrintStream;

/**
 * Formats a broker's folder if it is new, then runs the broker, in one JVM, since starting a second
 * one takes longer than formatting. By reflection: Kafka's server is on the class path of this
 * child alone, not of the compiler.
 */
public final class BrokerMain {

  private BrokerMain() {}

  /**
   * Runs a broker.
   *
   * @param args the file server.properties, the cluster's id
   */
  public static void main(String[] args) throws ReflectiveOperationException {
    String[] format = {"format", "--ignore-formatted", "-t", args[1], "-c", args[0]};
    Object status =
        Class.forName("kafka.tools.StorageTool")
            .getMethod("execute", String[].class, PrintStream.class)
            .invoke(null, format, System.out);
    if (!Integer.valueOf(0).equals(status)) {
      throw new IllegalStateException("formatting the broker's folder ended with status " + status);
    }
    Class.forName("kafka.Kafka")
        .getMethod("main", String[].class)
        .invoke(null, (Object) new String[] {args[0]});
  }
}
