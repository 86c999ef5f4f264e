#include "judge_command.h"

#include <cstdio>
#include <memory>

#include "error.h"
#include "report_judge.h"
#include "text_file.h"

namespace pnfs_load {
namespace {

struct JudgeArguments {
  Path report, figures;
  Demands demands;
  std::vector<double> fault;
  std::vector<Forgiven> forgiven;
};

// A report that is not there is a verdict too: who judges must not go on as if there had been no load.
std::string text_or_nothing(const Path& path) {
  try {
    return read_text(path);
  } catch (const Error&) {
    return {};
  }
}

}  // namespace

void add_judge(CLI::App& app, int& result) {
  const std::map<std::string, Forgiven> names{
      {"lock", Forgiven::lock}, {"short-files", Forgiven::short_files}, {"direct", Forgiven::direct_io}};
  auto* command = app.add_subcommand("judge", "what is wrong with what a load saw: a line for each problem");
  auto given = std::make_shared<JudgeArguments>();
  Demands& demands = given->demands;
  command->add_option("REPORT", given->report, "of run or exercise")->required();
  command->add_option("--figures", given->figures, "where to write the figures, as JSON");
  command->add_option("--direct-limit", demands.direct_limit, "seconds that a direct read or write may take");
  command->add_option("--metadata-limit", demands.metadata_limit,
                      "seconds that a metadata operation may take");
  command->add_option("--outages", demands.most_outages, "how often metadata may have been away");
  command->add_option("--repeated", demands.most_repetitions, "how many replies may have been lost");
  command->add_option("--forgive", given->forgiven, "lock, short-files, direct: what may have happened")
      ->delimiter(',')
      ->transform(CLI::CheckedTransformer(names));
  command
      ->add_option("--fault", given->fault,
                   "when it began and ended, seconds since the epoch: for recovered_s")
      ->expected(2);
  command->callback([given, &result] {
    Demands& chosen = given->demands;
    chosen.forgiven.insert(given->forgiven.begin(), given->forgiven.end());
    if (!given->fault.empty()) chosen.fault = FaultTime{given->fault.at(0), given->fault.at(1)};
    const ReportVerdict verdict = judge_report(text_or_nothing(given->report), chosen);
    for (const std::string& problem : verdict.problems) std::printf("%s\n", problem.c_str());
    if (!given->figures.empty()) write_text(given->figures, verdict.figures.dump() + "\n");
    result = verdict.problems.empty() ? 0 : 1;
  });
}

}  // namespace pnfs_load
