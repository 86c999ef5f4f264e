// What a server cannot decide by itself, because something may be lost: found here, decided by a human with
// `pnfs-ha recover`.
#pragma once

#include <string>
#include <vector>

#include "decision.h"

namespace pnfs_ha {

enum class Cure {
  begin_with_blank_mirror,  // do not wait for the other server
  serve_without_records,
  preempt_stranger,
};

struct Ailment {
  Cure cure{};
  std::string finding;  // a sentence
  std::string act;      // what would be done; an imperative sentence
  std::string loss;     // what would be lost; a sentence
};

const char* to_string(Cure cure);

// records_lost: see ClientRecords::lost().
std::vector<Ailment> ailments(const Observation& seen, bool records_lost);

}  // namespace pnfs_ha
