#include "agent/neighbours.h"

#include <algorithm>

namespace pnfs_ha {
namespace {

constexpr std::chrono::seconds said_lately(5);

}  // namespace

bool Neighbours::are_blind(const std::vector<ServerConfig>& servers, Clock::Duration now) {
  if (!ask_ || servers.empty()) return false;
  const auto question = [ask = ask_, servers] {
    return std::ranges::none_of(servers, [&](const ServerConfig& server) { return ask(server).lun_answers; });
  };
  try {
    if (const auto blind = answers_.ask(std::chrono::milliseconds(0), question)) said_ = {*blind, now};
  } catch (const std::exception&) {  // who says nothing says nothing of the LUN
    said_.reset();
  }
  return said_ && said_->blind && now - said_->at < said_lately;
}

}  // namespace pnfs_ha
