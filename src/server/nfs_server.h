// The kernel's NFS server with its two daemons: nfsdcld (who may reclaim) and rpc.mountd (who may mount).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/host.h"
#include "server/file_use.h"
#include "server/nfs_client.h"
#include "server/nfsd_parameters.h"

namespace pnfs_ha {

// What the loaded nfsd can do, see image/nfsd/README.md.
struct NfsdKind {
  // It accepts a LAYOUTCOMMIT for a layout that a restart lost. Stock nfsd does not: what a client wrote
  // directly and had not committed is lost when the server dies.
  bool accepts_late_commits = false;
  // It uses this server's own key and never registers by itself. Stock nfsd registers a constant one at each
  // GETDEVICEINFO: a server that lost the LUN lets itself in again.
  bool takes_key = false;

  bool is_stock() const { return !accepts_late_commits || !takes_key; }
};

NfsdKind loaded_nfsd(Host& host);

struct NfsState : NfsdKind {
  bool running = false;
  int threads = 0;
  std::string scope;      // RFC 8881 2.10.4: clients reclaim from another server only under the same scope
  bool in_grace = false;  // RFC 8881 8.4.2
  bool tracked = false;   // nfsdcld runs
  int lease_seconds = 0;  // which it started with, whatever the configuration says now; 0: it does not run
  std::optional<int> clients = 0;  // with a client ID; nullopt: the kernel does not tell at present
  // Whatever would free blocks is answered with NFS4ERR_DELAY. Stock nfsd cannot.
  bool keeps_blocks = false;
  Host::Duration running_for{0};
  // The start, by Host::uptime(): tells this nfsd from every other of this boot. nullopt: not by the product.
  std::optional<Host::Duration> started;
  std::int64_t started_at = 0;  // the same by the wall clock, in seconds; nfsd took its own a moment later
  std::optional<std::uint32_t> start_second;  // nfsd's own, as client keys carry it; stock nfsd does not tell
  bool quiesced = false;                      // see NfsServer::quiesce()
};

class NfsServer {
 public:
  // scope: the cluster's name, the same on every server. threads: enough to have many parked in a layout recall.
  NfsServer(Host& host, std::string scope, int threads);

  // Everything short of running. Throws if nfsd runs already: an nfsd that was started before the promotion
  // has no grace period left, and every reclaim would fail (nfs4_state_start_net() runs at start only).
  void prepare();
  void require_stopped() const;  // throws if it runs

  // nfsdcld keeps its database open: it must start after the state is mounted, or it writes below the mount.
  void start_tracker();
  void stop_tracker();
  void restart_tracker();  // it died; nfsd waits for it

  // Under what key nfsd fences, and reads that this server holds the LUN before it tells a client of it; 0:
  // none. Before start(). Read back. Throws for a stock nfsd, which takes none.
  void set_reservation_key(pr::Key key);

  // What must be so before nfsd starts; one that somebody else has started is stopped. last_start: the second of
  // the last start of nfsd in this cluster, or later; nfsd starts in a later one. Stock nfsd starts in whatever second it is: then this waits, or throws
  // if the clock is far behind.
  // late_from: of the earliest start whose layouts may still be committed (StartSeconds::latest_to_free()).
  void set_parameters(std::uint32_t last_start, std::uint32_t late_from);
  bool takes_late_from() const;  // stock nfsd does not

  void start();
  std::uint32_t start_second() const;  // of the nfsd that runs

  // From now on nfsd gives out no layouts, and answers what would have to wait for a client's layout with
  // NFS4ERR_DELAY; clients go on returning theirs (RFC 8881 20.3). Undone by resume(). Stock nfsd cannot.
  void quiesce();
  void resume();

  // What still waits for a client's layout has begun before quiesce(). Answers no if some of it does not end
  // in this time. Stock nfsd does not tell: yes.
  bool wait_until_idle(Host::Duration limit);

  void stop();  // client records stay: only a client's own expiry removes them

  // Blocks that a client of an earlier start may still write to must go to nobody (module parameter
  // keep_blocks). Stock nfsd has no such thing, and then neither does anything.
  void keep_blocks();
  void give_blocks();

  NfsState state() const;
  // A client that cannot be read is an error, never left out: who is missing here loses the LUN.
  std::vector<NfsClient> clients() const;
  std::vector<FileUse> file_uses() const;  // of all clients
  // Throws if nfsd does not say: what is unknown is not over.
  bool grace_is_over() const;

 private:
  void mount_control();
  void note_start(const std::string& uptime, const std::string& wall_clock);

  std::optional<NfsClient> client(const std::string& number) const;  // nullopt: it has gone

  Host& host_;
  NfsdParameters parameters_;
  std::string scope_;
  int threads_;
};

}  // namespace pnfs_ha
