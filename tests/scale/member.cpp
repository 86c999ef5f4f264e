#include "member.h"

#include <algorithm>
#include <cstdio>
#include <stdexcept>
#include <thread>
#include <utility>

#include "ask.h"

namespace scale {
namespace {

using std::chrono::milliseconds;

// As Linux: a minute for a reply (nfs(5), timeo). Linux's TCP looks for a dead server's successor after 6.2 s and 12.6 s; this
// client does every second or two, so that it measures the server and not itself.
constexpr nfs41::Patience patience{.reply = milliseconds(60'000), .acknowledgement = milliseconds(5'000)};
constexpr milliseconds between_connections{1'000};
// nfs4_update_delay(), fs/nfs/nfs4proc.c; but no longer than it may leave its lease alone.
constexpr milliseconds shortest_wait{100}, longest_wait{15'000};

// Whoever recalls a layout may have it: nothing is ever written.
std::optional<std::string> give_back(const std::string& arguments) {
  const nfs41::Answer has_none{.recall = nfs41::no_matching_layout};
  return nfs41::answer_callback(arguments, [&](const nfs41::Recall&) { return has_none; });
}

}  // namespace

Member::Member(const Order& order, std::string name, News& news)
    : order_(order), name_(std::move(name)), news_(news) {}

void Member::settle() {
  while (!settled_) try {
      try_to_settle();
      settled_ = true;
    } catch (const nfs41::Failed& failed) {
      tell_refusal(failed);
      lose(failed.operation + " was refused");
    } catch (const std::runtime_error& error) {
      lose(error.what());
    }
}

void Member::live() {
  for (;;) try {
      settle();
      std::this_thread::sleep_for(order_.renew_every);
      client_->renew();
    } catch (const nfs41::Failed& failed) {
      lose(failed.operation + ": " + std::to_string(failed.status));
    } catch (const std::runtime_error& error) {
      lose(error.what());
    }
}

void Member::try_to_settle() {
  if (!connected_) connect();
  if (to_reclaim_) reclaim();
  if (!complete_) {
    ask_patiently([this] { nfs41::reclaim_complete(*client_); });
    complete_ = true;
    news_.tell("reclaimed", name_);
  }
  if (!opened_) open();
  if (!has_layout_ && order_.layouts == Layouts::wanted) get_layout();
  lost_ = answered_ = false;
  refusal_.clear();
}

void Member::connect() {
  const bool is_new = !client_;
  if (is_new) {
    const nfs41::Identity identity{.owner = name_};
    ask_patiently([&] { client_.emplace(order_.server, identity, give_back, patience); });
  } else {
    client_->reconnect();
    try {
      client_->renew();
    } catch (const nfs41::Failed&) {
      // The session is another server's. Or the request before was lost, and its number with it: no harm.
    }
  }
  if (!answered_) news_.tell("answered", name_);
  answered_ = true;
  if (!is_new) ask_patiently([this] { client_->introduce(); });
  connected_ = true;
  if (client_->id() == known_as_) return;
  known_as_ = client_->id();
  to_reclaim_ = !is_new;
  complete_ = opened_ = has_layout_ = false;
}

// Refused, it has lost the file and goes on without (NFS4ERR_NO_GRACE: it came too late).
void Member::reclaim() {
  try {
    ask_patiently([this] { client_->open_for_writing(path(), nfs41::Claim::previous); });
  } catch (const nfs41::Failed& failed) {
    tell_refusal(failed);
  }
  to_reclaim_ = false;
}

void Member::open() {
  ask_patiently([this] { client_->open_for_writing(path(), nfs41::Claim::fresh); });
  opened_ = true;
  news_.tell("opened", name_);
}

void Member::get_layout() {
  nfs41::Layout layout;
  ask_patiently([&] { layout = client_->layoutget(path()); });
  char key[19];
  std::snprintf(key, sizeof key, "0x%016llx",
                static_cast<unsigned long long>(client_->reservation_key(layout)));
  has_layout_ = true;
  news_.tell("layout", name_, {{"key", key}});
}

void Member::ask_patiently(const std::function<void()>& ask) const {
  for (milliseconds wait = shortest_wait;; wait = std::min({2 * wait, longest_wait, order_.renew_every}))
    try {
      return ask();
    } catch (const nfs41::Failed& failed) {
      if (failed.status != nfs41::delay && failed.status != nfs41::grace) throw;
      std::this_thread::sleep_for(wait);
    }
}

void Member::lose(const std::string& why) {
  if (!lost_) news_.tell("lost", name_, {{"why", why}});
  lost_ = true;
  connected_ = settled_ = false;
  std::this_thread::sleep_for(between_connections);
}

void Member::tell_refusal(const nfs41::Failed& failed) {
  const std::string refusal = failed.operation + " " + std::to_string(failed.status);
  if (refusal == refusal_) return;
  refusal_ = refusal;
  news_.tell("refused", name_, {{"operation", failed.operation}, {"status", failed.status}});
}

}  // namespace scale
