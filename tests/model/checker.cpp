#include "checker.h"

#include <algorithm>
#include <random>

#include "lun.h"

namespace pnfs_ha::model {
namespace {

// The worlds that were seen, each with the one it came from. Open addressing over indices: a world costs 44 bytes.
class Visited {
 public:
  Visited() : slots_(1U << 16, empty) {}

  // Whether it is new.
  bool add(const Packed& world, std::uint32_t from) {
    if (worlds_.size() * 2 >= slots_.size()) grow();
    std::uint32_t& slot = slot_of(world);
    if (slot != empty) return false;
    slot = static_cast<std::uint32_t>(worlds_.size());
    worlds_.push_back(world);
    from_.push_back(from);
    return true;
  }
  std::size_t size() const { return worlds_.size(); }
  const Packed& operator[](std::size_t i) const { return worlds_[i]; }
  std::uint32_t from(std::size_t i) const { return from_[i]; }

  static constexpr std::uint32_t empty = ~0U;

 private:
  std::uint32_t& slot_of(const Packed& world) {
    std::uint64_t hash = 0;
    for (const std::uint64_t word : world) {
      hash = (hash ^ word) * 0x9e3779b97f4a7c15U;
      hash ^= hash >> 29;
    }
    std::size_t at = hash & (slots_.size() - 1);
    while (slots_[at] != empty && worlds_[slots_[at]] != world) at = (at + 1) & (slots_.size() - 1);
    return slots_[at];
  }
  void grow() {
    slots_.assign(slots_.size() * 2, empty);
    for (std::uint32_t i = 0; i < worlds_.size(); ++i) slot_of(worlds_[i]) = i;
  }

  std::vector<Packed> worlds_;
  std::vector<std::uint32_t> from_, slots_;
};

void note(Found& found, const Move& move) {
  found.happened |= 1U << static_cast<int>(move.what);
  if (move.what == Happening::acts) found.acted |= 1U << static_cast<int>(move.task);
}

// The moves that led to `last`, found again by making them all again.
std::vector<std::string> trace_to(const Visited& visited, const Moves& moves, std::uint32_t last,
                                  int servers) {
  std::vector<std::string> lines;
  for (std::uint32_t to = last; visited.from(to) != Visited::empty; to = visited.from(to)) {
    bool told = false;
    moves.each(unpack(visited[visited.from(to)], servers),
               [&](const World& next, const Move& move, const char*) {
                 if (told || pack(next) != visited[to]) return;
                 lines.push_back(describe(move) + "\n        " + describe(next));
                 told = true;
               });
  }
  std::ranges::reverse(lines);
  return lines;
}

}  // namespace

std::string Found::summary() const {
  std::string text = std::to_string(worlds) + " worlds, depth " + std::to_string(depth) +
                     (closed ? " (all there are)" : "") + ", " + std::to_string(settled) + " healed";
  if (violation.empty()) return text;
  text += "\nVIOLATION: " + violation + "\n";
  for (std::size_t i = 0; i < trace.size(); ++i)
    text += "  " + std::to_string(i + 1) + ". " + trace[i] + "\n";
  return text;
}

const char* broken_invariant(const World& world) {
  int writers = 0, registered = 0, answering = 0;
  bool hidden = false;
  for (int server = 0; server < world.count; ++server) {
    const Server& s = world.server[static_cast<std::size_t>(server)];
    writers += could_write(world, server);
    answering += s.gate;
    const bool read_write = s.powered && s.access == Access::read_write;
    registered += read_write && s.key != Key::none;
    hidden |= read_write && s.key != Key::none && !says_serving(s.key);
  }
  if (registered > 1) return "I1: two servers are registered and have the LUN mounted read-write";
  if (hidden) return "I1: a server has the LUN mounted read-write and is registered as one that does not";
  if (writers > 1) return "I1: two servers could write to the LUN";
  if (answering > 1) return "I3: two servers answer clients";
  return nullptr;
}

World healthy_cluster(int servers, Key nfsd_key) {
  World world;
  world.count = static_cast<Byte>(servers);
  world.holder = 1;
  world.lun = {1, 1};
  world.acknowledged = 1;
  world.cables = world.connected = bit(servers * (servers - 1) / 2) - 1;
  for (int i = 0; i < servers; ++i) {
    Server& s = world.server[static_cast<std::size_t>(i)];
    s.role = i == 0 ? Role::active : Role::standby;
    s.access = i == 0 ? Access::read_write : Access::read_only;
    s.key = i == 0 ? nfsd_key : Key::own;
    s.state_mounted = s.nfsd = s.primary = s.gate = i == 0;
    s.nfsd_has_key = i == 0 && nfsd_key == Key::serving;
    s.disk = Disk::up_to_date;
    s.copy = {1, 1};
  }
  return world;
}

World cold_cluster(int servers, Key nfsd_key) {
  World world = healthy_cluster(servers, nfsd_key);
  for (int i = 0; i < servers; ++i) power_off(world, i);
  return world;
}

Found search(const Rules& rules, const Search& how) {
  AgentModel agent(rules);
  const Moves moves(agent, how.bounds);
  Visited visited;
  Found found;
  visited.add(pack(healthy_cluster(how.servers, rules.nfsd_key)), Visited::empty);
  visited.add(pack(cold_cluster(how.servers, rules.nfsd_key)), Visited::empty);

  std::size_t level_end = visited.size();
  std::uint32_t at = 0;
  for (; at < visited.size() && found.violation.empty(); ++at) {
    if (at == level_end) {
      ++found.depth;
      level_end = visited.size();
      if (found.depth == how.depth || visited.size() >= how.most_worlds) break;
    }
    const World world = unpack(visited[at], how.servers);
    const auto report = [&](const std::string& violation) {
      found.violation = violation;
      found.trace = trace_to(visited, moves, at, how.servers);
    };
    if (how.settle_every != 0 && at % how.settle_every == 0) {
      ++found.settled;
      if (std::string why = settle(agent, world, how.wanted); !why.empty()) {
        report(why);
        settle(agent, world, how.wanted, &found.trace);
        break;
      }
    }
    moves.each(world, [&](const World& next, const Move& move, const char* violation) {
      if (!found.violation.empty()) return;
      note(found, move);
      const char* broken = violation != nullptr ? violation : broken_invariant(next);
      if (broken != nullptr) {
        report(broken);
        found.trace.push_back(describe(move) + "\n        " + describe(next));
        return;
      }
      visited.add(pack(next), at);
    });
  }
  found.worlds = visited.size();
  found.closed = at == visited.size();
  return found;
}

Found walk(const Rules& rules, const Search& how, std::size_t steps, unsigned seed, int history) {
  AgentModel agent(rules);
  const Moves moves(agent, how.bounds);
  std::mt19937 random(seed);
  Found found;
  World world;
  for (int made = 0; found.worlds < steps && found.violation.empty(); ++made) {
    if (made % history == 0) {
      if (made != 0 && ++found.settled != 0) found.violation = settle(agent, world, how.wanted);
      if (!found.violation.empty()) {
        settle(agent, world, how.wanted, &found.trace);
        break;
      }
      world = random() % 2 == 0 ? healthy_cluster(how.servers, rules.nfsd_key)
                                : cold_cluster(how.servers, rules.nfsd_key);
      found.trace.clear();
    }
    // A fair choice among moves of unknown number: the n-th replaces the one before with probability 1/n.
    unsigned count = 0;
    World chosen;
    Move chosen_move;
    const char* violation = nullptr;
    moves.each(world, [&](const World& next, const Move& move, const char* broken) {
      if (random() % ++count != 0) return;
      chosen = next;
      chosen_move = move;
      violation = broken;
    });
    if (count == 0) continue;  // nothing can happen any more: the healing at the end will show it
    world = chosen;
    ++found.worlds;
    ++found.depth;
    found.trace.push_back(describe(chosen_move) + "\n        " + describe(world));
    if (violation == nullptr) violation = broken_invariant(world);
    if (violation != nullptr) found.violation = violation;
  }
  if (found.violation.empty()) found.trace.clear();
  return found;
}

}  // namespace pnfs_ha::model
