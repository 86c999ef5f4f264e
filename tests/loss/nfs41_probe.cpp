// pnfs-nfs41-probe: asks an NFS server to commit blocks that are not the asker's, or for layouts before it is
// registered with the LUN.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

#include "ask.h"
#include "nfs41.h"
#include "program.h"

namespace {

struct Arguments {
  std::string server, path, second, owner = "stranger", claim = "none";
  unsigned uid = 0;
  bool hold = false;
  nfs41::Commit commit{.stateid = {1, 1, 1}};  // of a server that was started in 1970
};

// Returns what else there is to say of a success.
std::string intrude(const Arguments& given) {
  nfs41::Client client(given.server, {.owner = given.owner, .uid = given.uid});
  if (given.claim == "previous") open_patiently(client, given.path, nfs41::Claim::previous);
  reclaim_complete(client);
  if (given.claim == "fresh") open_patiently(client, given.path, nfs41::Claim::fresh);
  std::string news;
  if (!given.second.empty()) {
    client.layoutget(given.path);
    open_patiently(client, given.second, nfs41::Claim::fresh);
    if (nfs41::ask_patiently([&] { client.layoutget(given.second); })) news = ", but had to wait";
  }
  if (!given.hold) client.layoutcommit(given.path, given.commit);
  return news;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Asks an NFS server to commit blocks that are not the asker's", "pnfs-nfs41-probe");
  Arguments given;
  app.add_option("SERVER", given.server)->required();
  app.add_option("PATH", given.path, "of a file, from the export's root")->required();
  app.add_option("--owner", given.owner, "the client's name for itself")->capture_default_str();
  app.add_option("--uid", given.uid, "the user's number")->capture_default_str();
  app.add_option("--open", given.claim, "open the file for writing first: afresh, or as a reclaim")
      ->check(CLI::IsMember({"none", "fresh", "previous"}))
      ->capture_default_str();
  app.add_option("--layouts", given.second, "ask for a layout of it, and then of this second file");
  app.add_flag("--hold", given.hold, "do not commit, and do not close it");
  app.add_option("--offset", given.commit.offset, "of the range to commit")->capture_default_str();
  app.add_option("--length", given.commit.length, "of the range to commit");
  app.add_flag("--reclaim", given.commit.reclaim, "set loca_reclaim");
  app.add_option("--start", given.commit.stateid[0],
                 "the second in which the server started that the layout is said to be of");
  return run_program(app, argc, argv, [&] { std::printf("ok%s\n", intrude(given).c_str()); });
}
