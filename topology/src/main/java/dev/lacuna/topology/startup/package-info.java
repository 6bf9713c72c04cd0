/** What a worker asks of the cluster before it joins: rights, topics, settings, first offsets. */
package dev.lacuna.topology.startup;
