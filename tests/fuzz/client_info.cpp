// What nfsd tells of a client (/proc/fs/nfsd/clients/N/info): the client chooses its name. From there through
// the journal of keys.
#include "fuzz.h"
#include "history/key_journal.h"

using namespace pnfs_ha;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  OddHost host;
  let_nfsd_run(host);
  const std::string info = text_of(data, size);
  host.odd["/proc/fs/nfsd/clients/1/info"] = info;
  NfsServer nfs(host, "demo", 64);
  KeyJournal journal(host, nfs);
  may_refuse([&] {
    journal.save();
    const auto client = parse_nfs_client(info);
    must(client.has_value(), "a client that cannot be read is an error");
    must(client->status == "unconfirmed" || journal.owners().contains(client->key),
         "a client's key is in the journal");
    static_cast<void>(nfs.file_uses());
  });
  return 0;
}
