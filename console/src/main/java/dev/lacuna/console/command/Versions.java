package dev.lacuna.console.command;

import picocli.CommandLine.IVersionProvider;

/** Version of this build, from its jar's manifest. */
public final class Versions implements IVersionProvider {

  @Override
  public String[] getVersion() {
    return new String[] {program()};
  }

  /** Name and version. */
  public static String program() {
    String version = Versions.class.getPackage().getImplementationVersion();
    return "lacuna " + (version == null ? "(not packaged)" : version);
  }
}
