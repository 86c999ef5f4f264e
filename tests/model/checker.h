// Searches every world that can be reached, breadth first, so that a counterexample is a shortest one.
#pragma once

#include <string>
#include <vector>

#include "moves.h"

namespace pnfs_ha::model {

// What a healed cluster has to reach: an active server; besides, every other one as standby with a full copy.
enum class Wanted { active, redundancy };

struct Search {
  int servers = 2;
  int depth = 1000;                      // moves
  std::size_t most_worlds = 40'000'000;  // then it stops, at a whole depth
  std::size_t settle_every = 0;          // of which worlds one is healed; 0: of none
  Wanted wanted = Wanted::active;
  Bounds bounds;
};

struct Found {
  std::size_t worlds = 0;
  int depth = 0;        // all histories of so many moves were explored
  bool closed = false;  // there are no others
  std::size_t settled = 0;
  unsigned happened = 0;           // a bit each Happening
  unsigned acted = 0;              // a bit each Task that some agent acted on
  std::string violation;           // empty if there is none
  std::vector<std::string> trace;  // how it comes to that, a line a move

  std::string summary() const;
};

// nfsd_key: what the active is registered with.
World healthy_cluster(int servers, Key nfsd_key);  // server 0 active, the others synchronised
World cold_cluster(int servers, Key nfsd_key);     // without power; server 0 was active

Found search(const Rules& rules, const Search& how);

// At random, `steps` moves in all, from a healthy cluster again after each `history` moves and after having healed.
Found walk(const Rules& rules, const Search& how, std::size_t steps, unsigned seed, int history = 400);

// What must hold in every world; nullptr if it does.
const char* broken_invariant(const World& world);

// Everything is repaired and time passes: what does not come about then, or empty.
std::string settle(AgentModel& agent, World world, Wanted wanted, std::vector<std::string>* trace = nullptr);

}  // namespace pnfs_ha::model
