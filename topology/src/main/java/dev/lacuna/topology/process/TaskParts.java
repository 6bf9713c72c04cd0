package dev.lacuna.topology.process;

import dev.lacuna.runtime.engine.api.GenerationEngine;
import dev.lacuna.runtime.flight.FlightLog;
import dev.lacuna.schemas.WireFormat;
import dev.lacuna.topology.partitions.PartitionCounts;
import java.util.function.LongSupplier;

/**
 * What the tasks of a process share.
 *
 * @param settings checked settings
 * @param wire the wire contract
 * @param engine takes runs through their steps
 * @param flightLog notes which record is being read; the engine's own notes go there too
 * @param models what can be asked for
 * @param clock time
 * @param seeds seeds for requests that name none
 * @param accepted the process's accepted work
 * @param partitions where records belong
 * @param soloRuns runs that are alone; nothing is read meanwhile
 * @param pace when answers ask for a commit
 * @param ticks tells a task how far it has read its control topic
 * @param schemas schemas that the wire format lacks
 * @param metrics counters
 * @param arming when an incarnation of a task may write
 * @param stop whether to stop cleanly
 */
public record TaskParts(
    TopologySettings settings,
    WireFormat wire,
    GenerationEngine engine,
    FlightLog flightLog,
    ModelCatalog models,
    WorkerClock clock,
    LongSupplier seeds,
    AcceptedCounts accepted,
    PartitionCounts partitions,
    SoloRuns soloRuns,
    CommitPace pace,
    TickSender ticks,
    SchemaLookup schemas,
    WorkerMetrics metrics,
    ArmingRule arming,
    CleanStop stop) {}
