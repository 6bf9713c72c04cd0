package dev.lacuna.topology;

import dev.lacuna.runtime.engine.api.GenerationEngine;
import dev.lacuna.schemas.WireFormat;
import dev.lacuna.topology.pending.Recovery;
import java.util.function.LongSupplier;

/**
 * What the tasks of a process share.
 *
 * @param settings checked settings
 * @param wire the wire contract
 * @param engine takes runs through their steps
 * @param models what can be asked for
 * @param clock time
 * @param seeds seeds for requests that name none
 * @param accepted the process's accepted work
 * @param pace when answers ask for a commit
 * @param ticks arms tasks with restored work
 * @param schemas schemas that the wire format lacks
 * @param metrics counters
 * @param arming when an incarnation of a task may write
 * @param commits which of a stream thread's writes are committed
 * @param stop whether to stop cleanly
 * @param recovery what tasks share to find out which request kills the process
 */
public record TaskParts(
    TopologySettings settings,
    WireFormat wire,
    GenerationEngine engine,
    ModelCatalog models,
    WorkerClock clock,
    LongSupplier seeds,
    AcceptedWork accepted,
    CommitPace pace,
    TickSender ticks,
    SchemaLookup schemas,
    WorkerMetrics metrics,
    ArmingRule arming,
    CommitCount commits,
    CleanStop stop,
    Recovery recovery) {}
