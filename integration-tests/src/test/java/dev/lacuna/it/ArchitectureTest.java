package dev.lacuna.it;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Holds the module arrows of docs/DESIGN.md: one direction, no cycles; and packages to sizes that
 * one reads at a glance.
 */
class ArchitectureTest {

  private static final String SCHEMAS = "dev.lacuna.schemas..";
  private static final String WIRE = "dev.lacuna.wire..";
  private static final String RUNTIME = "dev.lacuna.runtime..";
  private static final String FLIGHT = "dev.lacuna.runtime.flight..";
  private static final String TOPOLOGY = "dev.lacuna.topology..";
  private static final String DEPLOY = "dev.lacuna.deploy..";
  private static final String KAFKA = "org.apache.kafka..";
  private static final String ONNX_RUNTIME = "ai.onnxruntime..";

  /** Where packages are small and free of cycles. */
  private static final String ROOMS = RUNTIME;

  /** Most top-level classes of a package. */
  private static final int CLASSES_MAX = 18;

  /** Packages that may be larger, with the reason. */
  private static final Map<String, String> LARGE =
      Map.of(
          "dev.lacuna.runtime.conformance",
          "a class for each published sampler and each kind of case; each is read by itself");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.lacuna");

  @Test
  void shouldSeeEveryModule() {
    for (String pkg : new String[] {"schemas", "wire", "runtime", "topology", "deploy"}) {
      assertThat(CLASSES)
          .as("classes below dev.lacuna.%s", pkg)
          .anyMatch(c -> c.getPackageName().startsWith("dev.lacuna." + pkg));
    }
  }

  @Test
  void shouldKeepSchemasFreeOfOtherModules() {
    noClasses()
        .that()
        .resideInAnyPackage(SCHEMAS, WIRE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(RUNTIME, TOPOLOGY, DEPLOY)
        .check(CLASSES);
  }

  @Test
  void shouldKeepModelRuntimeFreeOfKafkaAndOtherModules() {
    noClasses()
        .that()
        .resideInAPackage(RUNTIME)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(SCHEMAS, WIRE, TOPOLOGY, DEPLOY, KAFKA, "io.confluent..")
        .check(CLASSES);
  }

  @Test
  void shouldKeepTopologyFreeOfOnnxRuntimeAndDeploy() {
    noClasses()
        .that()
        .resideInAPackage(TOPOLOGY)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(DEPLOY, ONNX_RUNTIME, "ai.onnx.proto..", "ai.djl..")
        .check(CLASSES);
  }

  @Test
  void shouldNameOnnxRuntimeOnlyInItsPackage() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.lacuna.runtime.onnx..")
        .and()
        .resideOutsideOfPackage("dev.lacuna.benchmarks..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ONNX_RUNTIME)
        .check(CLASSES);
  }

  @Test
  void shouldKeepTheFlightLogFreeOfTheEngine() {
    classes()
        .that()
        .resideInAPackage(FLIGHT)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(FLIGHT, "java..", "org.slf4j..")
        .check(CLASSES);
  }

  @Test
  void shouldHaveNoCyclesBetweenModules() {
    slices().assignedFrom(new Modules()).should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void shouldHaveNoCyclesBetweenPackages() {
    slices()
        .matching("dev.lacuna.(**)")
        .should()
        .beFreeOfCycles()
        .check(CLASSES.that(resideInAPackage(ROOMS)));
  }

  @Test
  void shouldHavePackagesThatOneReadsAtAGlance() {
    Map<String, Long> sizes =
        CLASSES.that(resideInAPackage(ROOMS)).stream()
            .filter(c -> c.isTopLevelClass() && !c.getSimpleName().equals("package-info"))
            .collect(
                Collectors.groupingBy(
                    JavaClass::getPackageName, TreeMap::new, Collectors.counting()));
    assertThat(sizes).isNotEmpty();
    sizes.keySet().removeAll(LARGE.keySet());
    sizes.values().removeIf(size -> size <= CLASSES_MAX);
    assertThat(sizes).as("packages of more than %d top-level classes", CLASSES_MAX).isEmpty();
  }

  /** A module's classes; the generated records belong to the module that generates them. */
  private static final class Modules implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
      String[] names = javaClass.getPackageName().split("\\.");
      if (names.length < 3) {
        return SliceIdentifier.ignore();
      }
      return SliceIdentifier.of(names[2].equals("wire") ? "schemas" : names[2]);
    }

    @Override
    public String getDescription() {
      return "modules";
    }
  }
}
