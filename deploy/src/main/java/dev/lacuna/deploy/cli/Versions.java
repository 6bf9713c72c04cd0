package dev.lacuna.deploy.cli;

import picocli.CommandLine.IVersionProvider;

/** Version of this build, from its jar's manifest. */
final class Versions implements IVersionProvider {

  @Override
  public String[] getVersion() {
    String version = Versions.class.getPackage().getImplementationVersion();
    return new String[] {"lacuna " + (version == null ? "(not packaged)" : version)};
  }
}
