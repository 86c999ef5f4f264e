// The kernel's NFS server with its two daemons: nfsdcld (who may reclaim) and rpc.mountd (who may mount).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "file_use.h"
#include "host.h"
#include "persistent_reservation.h"

namespace pnfs_ha {

// A client as nfsd knows it (/proc/fs/nfsd/clients/N/info).
struct NfsClient {
  pr::Key key = 0;      // what nfsd lets it register with the LUN (nfsd4_scsi_pr_key())
  std::string address;  // with its port
  std::string name;     // co_ownerid, as the client chose it
  std::string status;   // "confirmed", "unconfirmed", "courtesy", "expirable"
  int seconds_since_renewal = 0;

  bool operator==(const NfsClient&) const = default;
};

// nullopt if the text is of another shape: the client is going away.
std::optional<NfsClient> parse_nfs_client(const std::string& info);

struct NfsState {
  bool running = false;
  int threads = 0;
  std::string scope;      // RFC 8881 2.10.4: clients reclaim from another server only under the same scope
  bool in_grace = false;  // RFC 8881 8.4.2
  bool tracked = false;   // nfsdcld runs
  int clients = 0;        // with a client ID
  // Whether it accepts a LAYOUTCOMMIT for a layout that a restart lost (image/nfsd/README.md). Stock nfsd
  // does not: what a client wrote directly and had not committed is lost when the server dies.
  bool accepts_late_commits = false;
  Host::Duration running_for{0};
  bool quiesced = false;  // see NfsServer::quiesce()
};

class NfsServer {
 public:
  // scope: the cluster's name, the same on every server. threads: enough to have many parked in a layout
  // recall.
  NfsServer(Host& host, std::string scope, int threads);

  // Everything short of running. Throws if nfsd runs already: an nfsd that was started before the promotion
  // has no grace period left, and every reclaim would fail (nfs4_state_start_net() runs at start only).
  void prepare();

  // nfsdcld keeps its database open: it must start after the state is mounted, or it writes below the mount.
  void start_tracker();
  void stop_tracker();
  void restart_tracker();  // it died; nfsd waits for it

  void export_all();
  void unexport_all();

  // What must be so before nfsd starts. last_start: the second of the last start of nfsd in this cluster, or
  // later; nfsd starts in a later one. Stock nfsd starts in whatever second it is: then this waits, or throws
  // if the clock is far behind.
  void set_parameters(std::uint32_t last_start);

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

  NfsState state() const;
  std::vector<NfsClient> clients() const;
  std::vector<FileUse> file_uses() const;  // of all clients

 private:
  void set(const char* parameter, const std::string& value);
  Host& host_;
  std::string scope_;
  int threads_;
};

}  // namespace pnfs_ha
