#include "agent/keeper.h"

#include "base/error.h"
#include "base/json.h"
#include "decision.h"

namespace pnfs_ha {

using nlohmann::json;

Keeper::Keeper(Host& host, const ClusterConfig& config)
    : host_(host),
      records_(host, config.mount_point),
      nfs_(host, config.name, config.threads),
      keys_(host, nfs_),
      layouts_(host, nfs_, config.mount_point),
      aftermath_(host, nfs_, layouts_, config.mount_point, config.lease_seconds),
      mirror_(host),
      trial_(Path(config.mount_point) / ClientRecords::directory / "trial"),
      // Longer than the agent's: it is the agent that judges.
      patience_(2 * limits::stuck(config.lease_seconds)) {}

void Keeper::round() {
  const Host::Duration began = host_.uptime();
  tell(began, std::nullopt);
  // First, and whatever comes of it, the rest: a LUN that is full must not keep it from following.
  std::string trouble;
  try {
    keys_.save();
  } catch (const Error& error) {
    trouble = error.what();
  }
  records_.save_changes();
  layouts_.save();
  aftermath_.watch();
  host_.write_file(trial_, host_.host_name() + " " + std::to_string(began.count()) + "\n");
  host_.call_nfsd(patience_);
  reconnect_mirror();
  tell(began, host_.uptime());
  if (!trouble.empty()) throw Error(trouble);
}

void Keeper::reconnect_mirror() {
  if (host_.uptime() < reconnect_at_ || mirror_.state().connection != "StandAlone") return;
  reconnect_at_ = host_.uptime() + reconnect_interval;
  mirror_.reconnect();
}

void Keeper::tell(Host::Duration began, std::optional<Host::Duration> ended) {
  json told = {{"began", began.count()}};
  if (ended) told["ended"] = ended->count();
  host_.write_file(report, to_text(told) + "\n");
}

Host::Duration Keeper::stuck_for(const Host& host) {
  const json told = parse_json(host.read_file(report).value_or(""));
  if (!told.is_object() || told.contains("ended")) return Host::Duration(0);
  return host.uptime() - Host::Duration(value_of(told, "began", host.uptime().count()));
}

}  // namespace pnfs_ha
