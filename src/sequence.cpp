#include "sequence.h"

#include <algorithm>
#include <iterator>

#include "base/error.h"

namespace pnfs_ha {
namespace {

// Runs one act and tells the observer. The error says what could not be done.
void perform(const std::string& sequence, const Act& act, const Sequence::Observer& observer) {
  observer(sequence, act, Sequence::Event::started, {});
  const std::string what = sequence + ": cannot " + act.name() + ": ";
  try {
    act.run();
  } catch (const Stuck& stuck) {
    observer(sequence, act, Sequence::Event::failed, stuck.what());
    throw Stuck(what + stuck.what());
  } catch (const std::exception& error) {
    observer(sequence, act, Sequence::Event::failed, error.what());
    const auto* known = dynamic_cast<const Error*>(&error);
    throw Error(what + error.what(), known != nullptr ? known->remedy() : "");
  }
  observer(sequence, act, Sequence::Event::done, {});
}

}  // namespace

std::string Act::name() const {
  return sentence + " (" + std::to_string(number) + ")";
}

std::string Act::identity() const {
  return (kind == Kind::undo ? "undo " : "") + std::string(to_string(id));
}

Sequence::Sequence(std::string name, std::string unwound_as)
    : name_(std::move(name)), unwound_as_(unwound_as.empty() ? "undoing " + name_ : std::move(unwound_as)) {}

Sequence&& Sequence::step(int number, StepId id, std::string sentence, std::function<void()> run) && {
  steps_.push_back({.act = {id, Act::Kind::step, number, std::move(sentence), std::move(run)}, .undo = {}});
  return std::move(*this);
}

Sequence&& Sequence::undo(std::string sentence, std::function<void()> run) && {
  Step& last = steps_.back();
  last.undo = Act{last.act.id, Act::Kind::undo, last.act.number, std::move(sentence), std::move(run)};
  return std::move(*this);
}

Sequence&& Sequence::optional() && {
  steps_.back().optional = true;
  return std::move(*this);
}

Sequence&& Sequence::then(Sequence part) && {
  std::ranges::move(part.steps_, std::back_inserter(steps_));
  return std::move(*this);
}

Sequence&& Sequence::point_of_no_return() && {
  no_return_ = steps_.size();
  return std::move(*this);
}

void Sequence::run(const Observer& observer) const {
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    try {
      perform(name_, steps_[i].act, observer);
    } catch (const Error& error) {
      if (steps_[i].optional) continue;
      if (no_return_ && i >= *no_return_) throw;
      std::string what = error.what();
      // The failed step too: it may have done half of its work.
      for (const std::string& failure : undo_down_from(i + 1, name_, observer)) what += "; " + failure;
      throw Error(what, error.remedy());
    }
  }
}

void Sequence::unwind(const Observer& observer) const {
  std::string what;
  for (const std::string& failure : undo_down_from(steps_.size(), unwound_as_, observer))
    what += (what.empty() ? "" : "; ") + failure;
  if (!what.empty()) throw Error(what);
}

std::vector<std::string> Sequence::undo_down_from(std::size_t count, const std::string& as,
                                                  const Observer& observer) const {
  std::vector<std::string> failures;
  for (std::size_t i = count; i-- > 0;) {
    if (!steps_[i].undo) continue;
    try {
      perform(as, *steps_[i].undo, observer);
    } catch (const Error& error) {
      if (!steps_[i].optional) failures.emplace_back(error.what());
    }
  }
  return failures;
}

std::vector<std::string> Sequence::acts() const {
  std::vector<std::string> names;
  for (const Step& step : steps_) names.push_back(step.act.name());
  return names;
}

std::vector<std::string> Sequence::undos() const {
  std::vector<std::string> names;
  for (std::size_t i = steps_.size(); i-- > 0;)
    if (steps_[i].undo) names.push_back(steps_[i].undo->name());
  return names;
}

}  // namespace pnfs_ha
