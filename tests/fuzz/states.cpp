// nfsd's list of what a client has open (/proc/fs/nfsd/clients/N/states): users choose the names in it. From
// there through the journal of layouts, a takeover, the judgement and the report.
#include "fuzz.h"
#include "judgement.h"
#include "server/drain.h"

using namespace pnfs_ha;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  OddHost host;
  let_nfsd_run(host);
  const std::string states = text_of(data, size);
  host.odd["/proc/fs/nfsd/clients/1/states"] = states;
  NfsServer nfs(host, "demo", 64);
  LayoutJournal journal(host, nfs, "/srv/pnfs-ha");
  const std::vector<FileUse> uses = written_directly(nfs.file_uses());
  journal.save();
  journal.save();
  journal.take_over();
  const auto at_risk = journal.to_judge();
  must(at_risk && at_risk->files.size() == uses.size(),
       "every file that is written directly is in the journal");
  for (std::size_t i = 0; i < uses.size(); ++i)
    must(at_risk->files[i].inode == uses[i].inode, "the journal names files by their inodes");

  must_be_judged(host, nfs, journal);
  must(!host.text("/srv/pnfs-ha/.pnfs-ha/history.json").empty(), "there is a report");
  return 0;
}
