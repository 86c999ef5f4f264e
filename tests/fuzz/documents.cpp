// Documents that another version of the product, or a half-written disk, may have left: the journals on the
// mirror, the history on the LUN, what keeper and fencer told.
#include "agent/keeper.h"
#include "base/json.h"
#include "fuzz.h"
#include "history/fence_report.h"
#include "judgement.h"
#include "report/health.h"

using namespace pnfs_ha;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  OddHost host;
  let_nfsd_run(host);
  const std::string document = text_of(data, size);
  const std::string history = std::string("/srv/pnfs-ha/") + History::file;
  for (const std::string& path : {std::string(LayoutJournal::journal), std::string(LayoutJournal::previous),
                                  history, std::string(fence_report_file), std::string(Keeper::report_file)})
    host.files[path] = document;
  host.files["/var/lib/nfs/nfsdcld/pnfs-ha-keys-6a5f3c11.json"] = document;
  NfsServer nfs(host, "demo", 64);
  LayoutJournal journal(host, nfs, "/srv/pnfs-ha");
  journal.take_over();
  may_refuse([&] { static_cast<void>(KeyJournal(host, nfs).owners()); });
  may_refuse([&] { static_cast<void>(fence_report(host, nfs.state())); });
  may_refuse([&] { static_cast<void>(Keeper::stuck_for(host)); });
  may_refuse([&] { static_cast<void>(health_of(status_from_json(parse_json(document)))); });
  const bool judges = journal.to_judge().has_value();
  must_be_judged(host, nfs, journal);
  const History kept(host, "/srv/pnfs-ha");
  must(!judges || !kept.read().takeovers.empty() || !kept.read().unread.empty(),
       "there is a report, or a reason");
  return 0;
}
