#pragma once

#include <functional>

#include "fuzz.h"
#include "history/layout_audit.h"

namespace pnfs_ha {

// Watches until what a takeover found in the journal of layouts is judged. meanwhile: after each look.
inline void must_be_judged(
    OddHost& host, const NfsServer& nfs, LayoutJournal& journal,
    const std::function<void()>& meanwhile = [] {}) {
  LayoutAudit audit(host, nfs, journal, History(host, "/srv/pnfs-ha"), 15);
  for (int i = 0; i < 8 && journal.to_judge(); ++i) {
    audit.watch();
    meanwhile();
    host.pass(std::chrono::seconds(15));
  }
  must(!journal.to_judge(), "the judgement ends");
}

}  // namespace pnfs_ha
