// What the tests of the plan share: a change that fails in turn.
#pragma once

#include "records.h"
#include "scene.h"

namespace pnfs_ha {

using Snapshot = std::map<std::string, std::string>;

// What differs, without what the design never undoes.
Lines difference(const Snapshot& before, const Snapshot& after, const Lines& kept);

// takeover leaves the reservation where it went: a released LUN would be open to whoever was fenced.
inline const Lines left_by_takeover = {"directory ",
                                       "file /var/lib/nfs/nfsdcld/",
                                       "file /srv/pnfs-ha/.pnfs-ha/",
                                       "registered ",
                                       "reservation",
                                       "file /proc/fs/nfsd/max_connections",
                                       "file /proc/sys/fs/xfs/xfssyncd_centisecs"};

// One change and the step that made it.
struct Made {
  std::string step, change;
};

std::vector<Made> trace(FakeHost& host, const Sequence& sequence);
Lines steps_of(const std::vector<Made>& made);

using Begin = std::function<std::unique_ptr<Scene>()>;
using Plan = std::function<Sequence(Server&)>;

// Fails one change after the other, once without its effect and once after it. Every time the error names
// sequence and step, and the server is as it was.
// A change that names one of `dispensable` may fail, and the sequence goes on.
void fail_each_change(const Begin& begin, const Plan& plan, const Lines& kept, const Lines& dispensable = {});

}  // namespace pnfs_ha
