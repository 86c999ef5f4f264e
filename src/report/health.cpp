#include "report/health.h"

#include <spdlog/fmt/fmt.h>

namespace pnfs_ha {
namespace {

// See pr::longest_reply. Without knowing all who are registered no server serves.
constexpr std::size_t many_registrations = 7000;

// Empty if it is the appliance's, and the cluster relies on that.
std::string risk_of_nfsd(const NfsStatus& nfs) {
  if (!nfs.accepts_late_commits || !nfs.takes_key)
    return "stock nfsd: a crash can lose direct writes, and a server that lost the LUN can let itself in "
           "again; see `pnfs-ha check`";
  if (nfs.stock_may_lose_data)
    return "stock nfsd is allowed, so a server that lost the LUN may let itself in again: remove "
           "stock_nfsd_may_lose_data from cluster.toml on every server";
  return {};
}

// Why a server gives no blocks away although its grace period is over; empty if it does, or has just begun.
std::string what_fencing_waits_for(const FencingStatus& fencing) {
  if (!fencing.overdue) return {};
  return (fencing.stale.empty()
              ? "it is unknown whether previous clients are still registered with the LUN"
              : fmt::format("clients that did not come back are still registered with the LUN ({})",
                            fencing.stale.size())) +
         (fencing.keeps_blocks ? "; nothing can be removed or shortened until then" : "") +
         (fencing.trouble.empty() ? "" : ": " + fencing.trouble);
}

// What an active serves with, and a standby is elected by; empty if all is there.
std::string what_is_missing(const Status& status) {
  if (status.vrrp == Vrrp::fault)
    return "keepalived is in VRRP's FAULT state: see `journalctl -u pnfs-ha-keepalived`";
  if (status.role == Role::standby && status.nfs.running)
    return "the NFS server runs here, on a standby: systemctl disable --now nfs-server, then mask it";
  if (status.role != Role::active) return {};
  if (status.lun.mounted != Access::read_write) return "the LUN is not mounted read-write";
  if (!status.nfs.running) return "the NFS server does not run";
  if (!status.vip_present) return "the VIP " + status.vip + " is not here";
  return {};
}

std::string why_degraded(const Status& status) {
  if (!status.reason.empty()) return status.reason;
  if (std::string why = what_is_missing(status); !why.empty()) return why;
  if (status.peers.empty()) return "there is no second server; run `pnfs-ha join` on one";
  const MirrorState& mirror = status.mirror;
  if (mirror.connection != "Connected" || mirror.disk != "UpToDate" || mirror.peer_disk != "UpToDate")
    return fmt::format("the state mirror is {}, {} here and {} there", mirror.connection, mirror.disk,
                       mirror.peer_disk);
  const auto holder = status.lun.holder;
  if (holder != Holder::self && holder != Holder::peer)
    return fmt::format("the holder of the LUN's reservation is: {}", holder ? to_string(*holder) : "unknown");
  if (std::string why = risk_of_nfsd(status.nfs); !why.empty()) return why;
  if (std::string why = what_fencing_waits_for(status.fencing); !why.empty()) return why;
  if (const std::size_t count = status.lun.registrations.size(); count > many_registrations)
    return fmt::format("{} servers and clients are registered with the LUN; it can list no more than 8190",
                       count);
  for (const PeerStatus& peer : status.peers)
    if (!peer.trouble.empty()) return peer.name + ": " + peer.trouble;
  return {};
}

}  // namespace

Verdict health_of(const Status& status) {
  if (status.role == Role::out_of_service || status.role == Role::joining)
    return {Health::out_of_service, status.reason.empty() ? to_string(status.role) : status.reason};
  std::string why = why_degraded(status);
  return {why.empty() ? Health::healthy : Health::degraded, std::move(why)};
}

}  // namespace pnfs_ha
