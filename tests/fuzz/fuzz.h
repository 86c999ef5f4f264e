// What the fuzz targets share. Each takes a text that somebody else wrote, and goes with it as far as the
// product does. An Error is an answer; any other exception, and whatever the sanitizers find, is a fault.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/error.h"
#include "fake/fake_host.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace pnfs_ha {

inline std::string text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

template <typename Act>
void may_refuse(Act act) {
  try {
    act();
  } catch (const Error&) {
  }
}

inline void must(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

// A server whose kernel, and whoever else writes files, say what the input says.
class OddHost : public FakeHost {
 public:
  std::map<std::string, std::string> odd;         // by path
  std::optional<std::string> all;                 // in every file that is asked for, but those
  std::optional<std::vector<std::string>> names;  // in every directory

  std::optional<std::string> read_file(const Path& path) const override {
    if (const auto found = odd.find(path); found != odd.end()) return found->second;
    return all ? all : FakeHost::read_file(path);
  }
  std::vector<std::string> list(const Path& directory) const override {
    return names ? *names : FakeHost::list(directory);
  }
};

// With nfsd out of its grace period and one client, number 1.
inline void let_nfsd_run(OddHost& host) {
  host.mounts["/proc/fs/nfsd"] = {};
  host.mounts["/var/lib/nfs"] = {};
  host.nfsd_threads = 64;
  host.nfs_clients = {"1"};
  host.files["/proc/fs/nfsd/v4_end_grace"] = "Y\n";
  host.files["/run/pnfs-ha/nfsd-started"] = "50000 1784627200\n";
  host.files["/proc/fs/nfsd/clients/1/info"] =
      "clientid: 0x5f1a2b3c00000001\naddress: \"10.0.0.21:785\"\nstatus: confirmed\nname: \"Linux\"\n"
      "seconds from last renew: 0\n";
  host.files["/sys/module/nfsd/parameters/late_layoutcommit"] = "Y\n";
}

}  // namespace pnfs_ha
