package dev.lacuna.deploy.cli;

import picocli.CommandLine.IVersionProvider;

/** Version of this build, from its jar's manifest. */
final class Versions implements IVersionProvider {

  @Override
  public String[] getVersion() {
    return new String[] {program()};
  }

  /** Name and version. */
  static String program() {
    String version = Versions.class.getPackage().getImplementationVersion();
    return "lacuna " + (version == null ? "(not packaged)" : version);
  }
}
