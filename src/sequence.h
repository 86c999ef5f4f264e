// A sequence of steps that is done as a whole or not at all.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "step_id.h"

namespace pnfs_ha {

// One thing that is done. Its sentence has no subject ("mount the LUN read-write"); the number is that of the
// eight steps that it belongs to.
struct Act {
  enum class Kind { step, undo };

  StepId id;
  Kind kind;
  int number;  // 1..8
  std::string sentence;
  std::function<void()> run;

  // For people: "mount the LUN read-write (8)". The log line, the line of `pnfs-ha plan`, the head of the error.
  std::string name() const;
  // For programs: "mount_read_write", "undo mount_read_write".
  std::string identity() const;
};

// Undo is written beside do, once. Both may be repeated: they ask, then act.
struct Step {
  Act act;
  std::optional<Act> undo;
  bool optional = false;  // good to have, and no reason to stop
};

class Sequence {
 public:
  // Told of every act: before it (Event::started) and after it (done, failed).
  enum class Event { started, done, failed };
  using Observer =
      std::function<void(const std::string& sequence, const Act&, Event, const std::string& why)>;

  // unwound_as: what unwinding it is called.
  explicit Sequence(std::string name, std::string unwound_as = {});

  // How the plan's page is written: a step, then what belongs to that step.
  Sequence&& step(int number, StepId id, std::string sentence, std::function<void()> run) &&;
  Sequence&& undo(std::string sentence, std::function<void()> run) &&;  // of the step before it
  Sequence&& optional() &&;  // the step before it, and its undo: a failure is told, and that is all
  Sequence&& then(Sequence part) &&;
  // A failure after this undoes nothing: somebody else goes on with what was done.
  Sequence&& point_of_no_return() &&;

  // Runs the steps in order. If one fails, it and those before it are undone in reverse, and the failure is
  // thrown: "takeover: cannot mount the LUN read-write (8): …". What could not be undone is appended to it.
  // A step that gets stuck (Stuck) ends it where it is, and nothing is undone: the kernel may do that step
  // yet. That holds for an optional step as well.
  void run(const Observer& observer) const;

  // Undoes all steps in reverse. Goes on past failures and throws them all as one Error at the end; not past
  // an act that gets stuck.
  void unwind(const Observer& observer) const;

  const std::string& name() const { return name_; }
  const std::string& unwound_as() const { return unwound_as_; }
  const std::vector<Step>& steps() const& { return steps_; }
  void steps() const&& = delete;  // they end with the sequence

  // The names of the acts of run(), and of unwind(), in order.
  std::vector<std::string> acts() const;
  std::vector<std::string> undos() const;

 private:
  std::vector<std::string> undo_down_from(std::size_t count, const std::string& as,
                                          const Observer& observer) const;

  std::string name_, unwound_as_;
  std::vector<Step> steps_;
  std::optional<std::size_t> no_return_;  // the first step after it
};

}  // namespace pnfs_ha
