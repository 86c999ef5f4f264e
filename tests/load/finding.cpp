#include "finding.h"

#include <algorithm>
#include <sstream>
#include <system_error>

#include "reduce.h"

namespace pnfs_load {
namespace {

constexpr std::size_t most_lines = 60;  // of a history that was printed because it could not be reduced

std::string describe(const ActionResult& result) {
  if (result.failed()) return result.error();
  return result.wrong.empty() ? "right" : to_string(result.wrong.front());
}

// Where it happened; of an action without a place, everywhere.
Mismatch place_of(const Finding& finding) {
  if (!finding.wrong.empty()) return finding.wrong.front();
  const Action& last = finding.history.back();
  if (is_read(last.kind) || is_write(last.kind)) return {last.offset, last.length, 0, {}, {}, {}};
  return {0, most_file_bytes, 0, {}, {}, {}};
}

std::uint64_t block_end(const Mismatch& wrong) {
  return (wrong.offset + wrong.length + block_size - 1) / block_size * block_size;
}

std::uint64_t block_begin(const Mismatch& wrong) {
  return wrong.offset / block_size * block_size;
}

Way way_of(const History& history) {
  const bool direct = std::any_of(history.begin(), history.end(),
                                  [](const Action& action) { return is_direct(action.kind); });
  return direct ? Way::direct : Way::page_cache;
}

// Does doing it again, and a look at everything afterwards, find wrong bytes? Or an error, if it was one.
bool goes_wrong(const History& history, const Finding& finding, const Pattern& pattern, const Path& scratch) {
  ExercisedFile file(scratch, ContentModel(pattern, finding.origin.file, finding.origin.life));
  ActionResult result;
  for (const Action& action : history) {
    if (!file.model().allows(action)) continue;
    result = file.perform(action);
    if (result.failed() || !result.wrong.empty()) break;
  }
  if (!result.failed() && result.wrong.empty()) result = file.verify(Look::as_it_is, way_of(history));
  if (!result.failed() && result.wrong.empty()) result = file.verify(Look::opened_anew, Way::direct);
  return finding.wrong.empty() ? result.failed() && result.error() == finding.error : !result.wrong.empty();
}

// From the older of the two writers on that have to do with it.
unsigned first_suspect(const Finding& finding) {
  if (finding.wrong.empty()) return 0;
  const Mismatch& wrong = finding.wrong.front();
  unsigned first = wrong.writer;
  const bool own =
      wrong.origin && wrong.origin->file == finding.origin.file && wrong.origin->life == finding.origin.life;
  if (own) first = first == 0 ? wrong.origin->action : std::min(first, wrong.origin->action);
  return first;
}

}  // namespace

std::string look_again(ExercisedFile& file, const Mismatch& wrong) {
  const auto look = [&](Look how, Way way) {
    return describe(
        file.verify(how, way, {block_begin(wrong), std::min(block_end(wrong), file.model().size())}));
  };
  std::string text = "directly: " + look(Look::as_it_is, Way::direct);
  text += "; through the page cache: " + look(Look::as_it_is, Way::page_cache);
  return text + "; synced, the cache given up, directly: " + look(Look::past_the_cache, Way::direct);
}

void explain(Finding& finding, const Pattern& pattern, const Path& scratch, Instant limit) {
  if (finding.history.empty()) return;
  const auto remove_scratch = [&] {
    for (const char* suffix : {"", "-renamed"}) {
      std::error_code ignored;
      std::filesystem::remove(scratch.string() + suffix, ignored);
    }
  };
  const auto fails = [&](const History& history) {
    if (Clock::now() >= limit) return false;
    remove_scratch();
    try {
      return goes_wrong(history, finding, pattern, scratch);
    } catch (const OpenFailed&) {
      return false;
    }
  };
  const Mismatch wrong = place_of(finding);
  History suspects = touching(finding.history, block_begin(wrong), block_end(wrong), first_suspect(finding));
  // The suspects alone are fewer to begin with.
  for (const History& candidate : {suspects, finding.history}) {
    finding.repeats = fails(candidate);
    if (!finding.repeats) continue;
    finding.shortest = reduce(candidate, fails);
    break;
  }
  if (!finding.repeats) finding.shortest = std::move(suspects);
  remove_scratch();
}

std::string to_text(const Finding& finding, std::uint64_t seed) {
  std::ostringstream text;
  text << (finding.wrong.empty() ? finding.error : "wrong bytes") << " in " << finding.file << " (seed "
       << seed << ", life " << finding.origin.life << "), found by " << finding.found_by << '\n';
  for (const Mismatch& wrong : finding.wrong) text << "  " << to_string(wrong) << '\n';
  if (!finding.again.empty()) text << "  read again: " << finding.again << '\n';
  if (finding.shortest.empty()) return text.str();
  if (finding.repeats) {
    text << "  history: these " << finding.shortest.size() << " of " << finding.history.size()
         << " actions are enough, done again on a new file\n";
  } else {
    text << "  history: the " << finding.shortest.size() << " of " << finding.history.size()
         << " actions that had to do with this place; done again on a new file, nothing was wrong\n";
  }
  const std::size_t skipped = finding.shortest.size() - std::min(finding.shortest.size(), most_lines);
  if (skipped > 0) text << "    (" << skipped << " more before)\n";
  for (std::size_t i = skipped; i < finding.shortest.size(); ++i)
    text << "    " << to_string(finding.shortest[i]) << '\n';
  return text.str();
}

}  // namespace pnfs_load
