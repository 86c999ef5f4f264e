// What the agent tells of itself: the status document.
#include <spdlog/spdlog.h>

#include <algorithm>

#include "agent/agent.h"
#include "agent/keeper.h"
#include "base/error.h"
#include "base/format.h"
#include "base/json.h"
#include "history/fence_report.h"

namespace pnfs_ha {
namespace {

constexpr std::chrono::seconds timeout_of_fencer(5);

}  // namespace

// What the fencer told, with this agent's own part of it, and why blocks are kept for longer than usual.
void Agent::tell_of_fencing(Status& status) {
  FenceReport told;
  if (role_ == Role::active) try {
      told = fence_report(host_, seen_.nfs).value_or(FenceReport());
    } catch (const NewerFormat& newer) {
      told.trouble = newer.what();
    }
  const bool stay =
      role_ == Role::active && !seen_.nfs.in_grace && (seen_.nfs.keeps_blocks || !told.stale.empty());
  if (!stay)
    blocks_stay_since_.reset();
  else if (!blocks_stay_since_)
    blocks_stay_since_ = host_.uptime();
  status.fencing = {.stale = told.stale,
                    .keeps_blocks = seen_.nfs.keeps_blocks,
                    .overdue = stay && host_.uptime() - *blocks_stay_since_ >= timeout_of_fencer,
                    .trouble = told.trouble};
  status.fenced = told.fenced;
  status.fenced.insert(status.fenced.end(), fenced_.begin(), fenced_.end());
  std::ranges::stable_sort(status.fenced, {}, &Fenced::at);
}

// A report of a newer keeper has been complained of already (Observer::look_at_keeper).
void Agent::tell_of_users(Status& status) try {
  if (role_ == Role::active) status.in_the_way = Keeper::report(host_).value_or(KeeperReport()).in_the_way;
} catch (const NewerFormat&) {
}

Status Agent::status() {
  seen_.role = role_;
  Status status = status_of(server_.config, server_.self.name, server_.lun.wwn(), seen_, reason_, steps_);
  tell_of_fencing(status);
  tell_of_users(status);
  status.told_at = host_.uptime();
  return status;
}

// Whoever cannot be told, because /run is full, keeps nobody from acting: a step that was only not told of must
// not count as failed, nor one that is stuck as over.
void Agent::publish() try {
  host_.write_file(status_file, to_text(to_json(status()), 2) + "\n");
  told_ = true;
} catch (const std::exception& error) {
  if (told_) spdlog::error("cannot tell what this server does: {}", error.what());
  told_ = false;
}

}  // namespace pnfs_ha
