// One NFSv4.1 client of many: it opens a file of its own, holds a layout of it, and renews its lease. When its server dies it does
// what RFC 8881 8.4.2 tells, in the order of a Linux client: it finds its session gone, makes a client ID and a session, reclaims
// what it had open, says that it is done, opens the file afresh, gets a layout.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "backchannel.h"
#include "news.h"
#include "nfs41.h"

namespace scale {

enum class Layouts { wanted, none };

struct Order {
  std::string server, directory;                  // from the export's root
  std::chrono::milliseconds renew_every{10'000};  // two thirds of the lease, as Linux
  Layouts layouts = Layouts::wanted;
};

class Member {
 public:
  // Its file is NAME in the directory, and has to be there.
  Member(const Order& order, std::string name, News& news);

  // Until it has its layout, however often it has to try.
  void settle();
  // For ever. Tells of:
  //   lost       no answer any more, or no session: once, until it is back
  //   answered   the first answer since
  //   reclaimed  it may open something afresh as soon as the grace period is over
  //   opened     so it is
  //   layout     it has one, and this key for the LUN; it is back
  //   refused    an operation, and with which status: whatever it had is gone
  void live();

 private:
  void try_to_settle();
  void connect();
  void reclaim();
  void open();
  void get_layout();
  void ask_patiently(const std::function<void()>& ask) const;
  void lose(const std::string& why);
  void tell_refusal(const nfs41::Failed& failed);
  std::string path() const { return order_.directory + "/" + name_; }

  Order order_;
  std::string name_;
  News& news_;
  std::optional<nfs41::Client> client_;
  std::string refusal_;  // the last one that it told of
  bool connected_ = false, settled_ = false, lost_ = false, answered_ = false;
  std::uint64_t known_as_ = 0;  // the client ID of the start of the server that gave it what follows
  bool to_reclaim_ = false, complete_ = false, opened_ = false, has_layout_ = false;
};

}  // namespace scale
