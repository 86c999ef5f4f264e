// The only road to the machine. LinuxHost walks it, DryRunHost prints what it would do, the tests' FakeHost
// remembers. Whatever fails throws Error, unless a function says that it answers with a value; whatever may
// wait for a device, a client or another program may throw Stuck as well. Who needs one part takes that one.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "host/clock.h"
#include "host/commands.h"
#include "host/databases.h"
#include "host/disks.h"
#include "host/files.h"
#include "host/inodes.h"
#include "host/kernel.h"
#include "host/networking.h"
#include "host/processes.h"
#include "host/units.h"

namespace pnfs_ha {

class Host : public Clock,
             public Commands,
             public Databases,
             public Disks,
             public Files,
             public Inodes,
             public Kernel,
             public Networking,
             public Processes,
             public Units {
 public:
  // Called about every second while one call is waited for, with the time for which it has shown no progress.
  using Waiting = std::function<void(Duration idle)>;
  virtual void while_waiting(Waiting tell) = 0;
  // A change that threw Stuck and that the kernel has not given back since: what it is.
  virtual std::optional<std::string> unfinished() const = 0;
};

}  // namespace pnfs_ha
