// The kernel's NFS server with its two daemons: nfsdcld (who may reclaim) and rpc.mountd (who may mount).
#pragma once

#include <string>

#include "host.h"

namespace pnfs_ha {

struct NfsState {
  bool running = false;
  int threads = 0;
  std::string scope;      // RFC 8881 2.10.4: clients reclaim from another server only under the same scope
  bool in_grace = false;  // RFC 8881 8.4.2
  int clients = 0;        // with a confirmed client ID
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

  void export_all();
  void unexport_all();

  void start();
  void stop();  // client records stay: only a client's own expiry removes them

  NfsState state() const;

 private:
  Host& host_;
  std::string scope_;
  int threads_;
};

}  // namespace pnfs_ha
