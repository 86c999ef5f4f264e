// The parameters of the kernel module nfsd that the product's patches add (image/nfsd/README.md). Stock nfsd
// has none.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "host/files.h"

namespace pnfs_ha {

class NfsdParameters {
 public:
  static constexpr const char* directory = "/sys/module/nfsd/parameters";

  // Switches.
  static constexpr const char* late_layoutcommit = "late_layoutcommit";
  static constexpr const char* keep_blocks = "keep_blocks";
  static constexpr const char* quiesce = "quiesce";
  // Numbers. Times are seconds since the epoch.
  static constexpr const char* mds_pr_key = "mds_pr_key";    // 64 bits
  static constexpr const char* waiting = "waiting";          // operations that wait for a client's layout
  static constexpr const char* boot_after = "boot_after";    // nfsd starts in a later second
  static constexpr const char* boot_second = "boot_second";  // the one that it took
  static constexpr const char* late_from = "late_from";      // of the earliest start with late commits

  explicit NfsdParameters(Files& files) : files_(files) {}

  bool has(const char* name) const;
  bool is_on(const char* name) const;  // no, if it is not there
  // nullopt if it is not there. Throws if it is no number.
  std::optional<std::uint64_t> number(const char* name) const;

  // Nothing, where the parameter is not there or has this value.
  void set(const char* name, const std::string& value);
  void set(const char* name, bool on) { set(name, std::string(on ? "Y" : "N")); }

 private:
  Files& files_;
};

}  // namespace pnfs_ha
