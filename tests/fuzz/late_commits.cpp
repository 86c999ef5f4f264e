// What nfsd tells of late commits (/proc/fs/nfsd/late_layoutcommits): from there through the judgement and
// the report. Two looks, of which the second may tell of another start.
#include "fuzz.h"
#include "judgement.h"

using namespace pnfs_ha;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  OddHost host;
  let_nfsd_run(host);
  const std::string told = text_of(data, size);
  const std::size_t second = told.find("\nversion=");
  host.odd[LateCommits::file] = told.substr(0, second);
  host.files[LayoutJournal::previous] =
      R"({"server": "beta", "files": [{"client": "10.0.0.21", "inode": 131, "path": "db/data"}]})";
  NfsServer nfs(host, "demo", 64);
  LayoutJournal journal(host, nfs, "/srv/pnfs-ha");
  LateCommits commits;
  must_be_judged(host, nfs, journal, [&] {
    commits.look(host);
    must(commits.missing() <= UINT64_MAX - commits.by_number().size(),
         "no more is missing than was given out");
    if (second != std::string::npos) host.odd[LateCommits::file] = told.substr(second + 1);
  });
  must(History(host, "/srv/pnfs-ha").read().takeovers.size() == 1, "there is a report");
  return 0;
}
