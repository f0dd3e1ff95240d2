/// Real nodes of a quorum, several in this process, on real disks and sockets.
package io.zurau.quorum;
