/** What a worker needs of the machine: native libraries, file descriptors, room on the disk. */
package dev.lacuna.topology.host;
