package dev.lacuna.cli.demo;

import dev.lacuna.wire.GenerationRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a demo is asked to do.
 *
 * @param documents the user's own requests, or empty for the held-out ones
 * @param model checkpoint folder
 * @param dtype as {@code dtype} of the configuration
 * @param steps steps of requests that name none
 * @param seed seed of requests that name none, counted up
 * @param json whether standard output gets JSON lines only
 * @param keep whether it goes on until Ctrl-C
 */
public record DemoOptions(
    Optional<List<GenerationRequest>> documents,
    Path model,
    String dtype,
    Optional<Integer> steps,
    long seed,
    boolean json,
    boolean keep) {}
