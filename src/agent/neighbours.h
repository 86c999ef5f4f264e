// What the other servers say of themselves, asked without waiting for it.
#pragma once

#include <optional>
#include <vector>

#include "agent/question.h"
#include "base/late_answers.h"
#include "host/clock.h"

namespace pnfs_ha {

class Neighbours {
 public:
  using Ask = std::function<HealthAnswer(const ServerConfig&)>;  // throws Error. In another thread

  // ask: empty, nobody can be asked.
  explicit Neighbours(Ask ask) : ask_(std::move(ask)) {}

  // Whether all that answered within the last seconds say that they cannot take over. Asks them anew.
  bool decline(const std::vector<ServerConfig>& servers, Clock::Duration now);

 private:
  struct Said {
    bool decline = false;
    Clock::Duration at{0};
  };

  Ask ask_;
  LateAnswers<bool> answers_{1};
  std::optional<Said> said_;
};

}  // namespace pnfs_ha
