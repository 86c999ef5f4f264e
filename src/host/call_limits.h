// How long the agent waits for a call to the kernel or for a program, by kind. Generous: what does not end in
// this time does not end by itself, and an active server reboots because of it (docs/safety.md, "A stop that
// always ends").
#pragma once

#include <chrono>

#include "host/host.h"

namespace pnfs_ha::call_limits {

using std::chrono::seconds;

// Files of the kernel's and of /run, mountinfo, addresses, nftables: nothing there waits for a device. But
// /proc/fs/nfsd waits for nfsd's mutex, which a stop that hangs keeps. A look makes one such call after the
// other, and ends with the first that does not: shorter than the watchdog of an active agent (3 s).
constexpr seconds memory(2);

// A look at every process's files in /proc. The memory of one that faults may be locked for a while.
constexpr seconds processes(10);

// Files on the LUN, the mirror or the server's disk. DRBD gives a silent peer up after 6 s, a target that
// restarts or a path that fails over is back within 30 s (measured: 30 s for the power cut of a SAN).
constexpr seconds storage(60);

// "0" to nfsd's threads waits for what they work on, as long as replies may still leave (gate.cpp). A rescan
// of a disk is a few SCSI commands, each with 30 s of its own at most where the path is gone.
constexpr seconds attribute(30);

// A command has 10 s of its own (linux_scsi.cpp); then the kernel aborts it, resets LUN, target and host, and
// waits for an iSCSI session to come back (replacement_timeout).
constexpr seconds scsi(60);

// drbdadm runs several drbdsetup, and these wait for the peer up to 10 s each; mkfs.ext4 fills a ramdisk.
constexpr seconds program(60);

// Without any I/O of the device being completed (/sys/block/…/stat): a mount replays XFS's log, 64 MiB at
// random over a LUN as slow as it may be, and umount writes back what is dirty. As long as I/O ends, both get on.
constexpr seconds mount_without_progress(120);

// systemd's job for a unit: the longest TimeoutStopSec of a unit of ours is 5 s, twice for what SIGKILL does
// not end; keepalived's and Debian's are at their defaults.
constexpr seconds unit_job(60);

// By where a file is.
seconds of_file(const Path& path);

}  // namespace pnfs_ha::call_limits
