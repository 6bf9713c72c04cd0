/** What the tasks of one worker process share: settings, counts, clocks, metrics, and its parts. */
package dev.lacuna.topology.process;
