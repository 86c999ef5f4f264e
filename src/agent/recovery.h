// What a server cannot decide by itself, because something may be lost: found here, decided by a human with
// `pnfs-ha recover`.
#pragma once

#include <string>
#include <vector>

#include "decision.h"

namespace pnfs_ha {

enum class InterventionKind {
  begin_with_blank_mirror,  // do not wait for the other server
  serve_without_records,
  serve_once_more,
  preempt_stranger,
};

inline constexpr auto intervention_ids =
    names<InterventionKind>({{InterventionKind::begin_with_blank_mirror, "begin-with-blank-mirror"},
                             {InterventionKind::serve_without_records, "serve-without-records"},
                             {InterventionKind::serve_once_more, "serve-once-more"},
                             {InterventionKind::preempt_stranger, "preempt-stranger"}});

struct Intervention {
  InterventionKind kind{};
  std::string finding;  // a sentence
  std::string action;   // what would be done; an imperative sentence
  std::string loss;     // what would be lost; a sentence
};

// records_lost: see ClientRecords::lost().
std::vector<Intervention> interventions(const Observation& seen, bool records_lost);

}  // namespace pnfs_ha
