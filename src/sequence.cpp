#include "sequence.h"

#include "base/error.h"

namespace pnfs_ha {
namespace {

// Runs one act and tells the observer. The error says what could not be done.
void perform(const std::string& sequence, const Act& act, const Sequence::Observer& observer) {
  observer(sequence, act, Sequence::Event::started, {});
  const std::string what = sequence + ": cannot " + act.name + ": ";
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

Sequence::Sequence(std::string name, std::vector<Step> steps)
    : name_(std::move(name)), steps_(std::move(steps)) {}

void Sequence::run(const Observer& observer) const {
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    try {
      perform(name_, steps_[i].act, observer);
    } catch (const Error& error) {
      std::string what = error.what();
      // The failed step too: it may have done half of its work.
      for (const std::string& failure : undo_down_from(i + 1, name_, observer)) what += "; " + failure;
      throw Error(what, error.remedy());
    }
  }
}

void Sequence::unwind(const Observer& observer) const {
  std::string what;
  for (const std::string& failure : undo_down_from(steps_.size(), "release", observer))
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
      failures.emplace_back(error.what());
    }
  }
  return failures;
}

std::vector<std::string> Sequence::acts() const {
  std::vector<std::string> names;
  for (const Step& step : steps_) names.push_back(step.act.name);
  return names;
}

std::vector<std::string> Sequence::undos() const {
  std::vector<std::string> names;
  for (std::size_t i = steps_.size(); i-- > 0;)
    if (steps_[i].undo) names.push_back(steps_[i].undo->name);
  return names;
}

}  // namespace pnfs_ha
