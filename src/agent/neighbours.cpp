#include "agent/neighbours.h"

#include <algorithm>

namespace pnfs_ha {
namespace {

constexpr std::chrono::seconds said_lately(5);

}  // namespace

bool Neighbours::decline(const std::vector<ServerConfig>& servers, Clock::Duration now) {
  if (!ask_ || servers.empty()) return false;
  const auto question = [ask = ask_, servers] {
    return std::ranges::none_of(servers,
                                [&](const ServerConfig& server) { return ask(server).can_take_over; });
  };
  try {
    if (const auto decline = answers_.ask(std::chrono::milliseconds(0), question)) said_ = {*decline, now};
  } catch (const std::exception&) {  // who says nothing declines nothing
    said_.reset();
  }
  return said_ && said_->decline && now - said_->at < said_lately;
}

}  // namespace pnfs_ha
