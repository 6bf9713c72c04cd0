package dev.lacuna.schemas;

import org.apache.avro.specific.SpecificData;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.avro.util.ClassSecurityValidator.ClassSecurityPredicate;

/**
 * The data model of the generated records.
 *
 * <p>Avro makes no class that a schema names unless it is trusted ({@link ClassSecurityValidator}),
 * and it trusts no generated class by itself: without this, a builder's default value throws. The
 * build has every generated record take its model from here, so that the package is trusted before
 * the first record of it exists, whoever makes it. What was trusted before stays trusted.
 */
public final class WireModel {

  private static final String PACKAGE_PREFIX = "dev.lacuna.wire.";

  static {
    ClassSecurityPredicate wireRecords = type -> type.getName().startsWith(PACKAGE_PREFIX);
    ClassSecurityValidator.setGlobal(
        ClassSecurityValidator.composite(ClassSecurityValidator.getGlobal(), wireRecords));
  }

  private WireModel() {}

  /** A model for one generated class. */
  public static SpecificData create() {
    return new SpecificData();
  }
}
