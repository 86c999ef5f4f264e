// A sequence of steps that is done as a whole or not at all.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace pnfs_ha {

// A sentence without its subject ("mount the LUN read-write (8)") and what it does. The sentence is the log
// line, the line of `pnfs-ha plan` and the head of the error; the number is the plan's step.
struct Act {
  std::string name;
  std::function<void()> run;
};

// Undo is written beside do, once. Both may be repeated: they ask, then act.
struct Step {
  Act act;
  std::optional<Act> undo;
};

class Sequence {
 public:
  // Told of every act: before it (Event::started) and after it (done, failed).
  enum class Event { started, done, failed };
  using Observer =
      std::function<void(const std::string& sequence, const Act&, Event, const std::string& why)>;

  Sequence(std::string name, std::vector<Step> steps);

  // Runs the steps in order. If one fails, it and those before it are undone in reverse, and the failure is
  // thrown: "takeover: cannot mount the LUN read-write (8): …". What could not be undone is appended to it.
  // A step that gets stuck (Stuck) ends it where it is, and nothing is undone: the kernel may do that step
  // yet.
  void run(const Observer& observer) const;

  // Undoes all steps in reverse. Goes on past failures and throws them all as one Error at the end; not past
  // an act that gets stuck.
  void unwind(const Observer& observer) const;

  // The acts of run(), and of unwind(), in order.
  std::vector<std::string> acts() const;
  std::vector<std::string> undos() const;

  const std::string& name() const { return name_; }

 private:
  std::vector<std::string> undo_down_from(std::size_t count, const std::string& as,
                                          const Observer& observer) const;

  std::string name_;
  std::vector<Step> steps_;
};

}  // namespace pnfs_ha
