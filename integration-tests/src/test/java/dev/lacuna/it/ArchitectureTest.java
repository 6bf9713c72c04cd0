package dev.lacuna.it;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
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
import java.util.List;
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
  private static final String CONSOLE = "dev.lacuna.console..";
  private static final String WORKER = "dev.lacuna.worker..";
  private static final String EVALUATION = "dev.lacuna.evaluation..";
  private static final String TESTBED = "dev.lacuna.testbed..";
  private static final String BENCHMARKS = "dev.lacuna.benchmarks..";
  private static final String CLI = "dev.lacuna.cli..";
  private static final String KAFKA = "org.apache.kafka..";
  private static final String ONNX_RUNTIME = "ai.onnxruntime..";

  /** Where packages are small and free of cycles. */
  private static final String[] ROOMS = {
    SCHEMAS, RUNTIME, TOPOLOGY, CONSOLE, WORKER, EVALUATION, TESTBED, BENCHMARKS, CLI
  };

  /** Modules that only commands and tests may use. */
  private static final String[] ABOVE = {CONSOLE, WORKER, EVALUATION, TESTBED, BENCHMARKS, CLI};

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
    for (String pkg :
        List.of(
            "schemas",
            "wire",
            "runtime",
            "topology",
            "console",
            "worker",
            "evaluation",
            "testbed",
            "benchmarks",
            "cli")) {
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
        .resideInAnyPackage(RUNTIME, TOPOLOGY)
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage(ABOVE)
        .check(CLASSES);
  }

  @Test
  void shouldKeepModelRuntimeFreeOfKafkaAndOtherModules() {
    noClasses()
        .that()
        .resideInAPackage(RUNTIME)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(SCHEMAS, WIRE, TOPOLOGY, KAFKA, "io.confluent..")
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage(ABOVE)
        .check(CLASSES);
  }

  @Test
  void shouldKeepTopologyFreeOfOnnxRuntimeAndModulesAbove() {
    noClasses()
        .that()
        .resideInAPackage(TOPOLOGY)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ONNX_RUNTIME, "ai.onnx.proto..", "ai.djl..")
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage(ABOVE)
        .check(CLASSES);
  }

  @Test
  void shouldKeepConsoleFreeOfKafkaAndOfAllButTheRuntime() {
    noClasses()
        .that()
        .resideInAPackage(CONSOLE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(SCHEMAS, WIRE, TOPOLOGY, WORKER, EVALUATION, TESTBED, BENCHMARKS, CLI)
        .orShould()
        .dependOnClassesThat()
        .resideInAPackage(KAFKA)
        .check(CLASSES);
  }

  @Test
  void shouldKeepEvaluationFreeOfKafkaAndWorkers() {
    noClasses()
        .that()
        .resideInAPackage(EVALUATION)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(SCHEMAS, WIRE, TOPOLOGY, WORKER, TESTBED, BENCHMARKS, CLI, KAFKA)
        .check(CLASSES);
  }

  @Test
  void shouldKeepWorkerFreeOfWhatOnlyCommandsAndTestsNeed() {
    noClasses()
        .that()
        .resideInAPackage(WORKER)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(EVALUATION, TESTBED, BENCHMARKS, CLI)
        .check(CLASSES);
  }

  @Test
  void shouldKeepTestbedFreeOfItsUsers() {
    noClasses()
        .that()
        .resideInAPackage(TESTBED)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(EVALUATION, BENCHMARKS, CLI)
        .check(CLASSES);
  }

  @Test
  void shouldKeepBenchmarksFreeOfTheCommandLine() {
    noClasses()
        .that()
        .resideInAPackage(BENCHMARKS)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(CLI)
        .check(CLASSES);
  }

  @Test
  void shouldLeaveKafkasServerToTheBrokersProcess() {
    noClasses().should().dependOnClassesThat().resideInAPackage("kafka..").check(CLASSES);
    assertThat(System.getProperty("java.class.path")).doesNotContain("kafka_2.13");
  }

  @Test
  void shouldNameOnnxRuntimeOnlyWhereGraphsAreRun() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "dev.lacuna.runtime.onnx..",
            "dev.lacuna.evaluation.published..",
            "dev.lacuna.benchmarks.floor..")
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
        .check(CLASSES.that(resideInAnyPackage(ROOMS)));
  }

  @Test
  void shouldHavePackagesThatOneReadsAtAGlance() {
    Map<String, Long> sizes =
        CLASSES.that(resideInAnyPackage(ROOMS)).stream()
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
