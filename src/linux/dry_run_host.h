// The machine as it is, and what would be done to it: reads are real, changes are only printed.
#pragma once

#include <ostream>

#include "linux/linux_host.h"

namespace pnfs_ha {

class DryRunHost : public LinuxHost {
 public:
  explicit DryRunHost(std::ostream& out) : out_(out) {}

  CommandResult run(const Command& command) override {
    would("run", to_string(command));
    return {};
  }
  void write_file(const Path& path, const std::string& text, int) override {
    would("write", path.string() + ":");
    out_ << text << '\n';
  }
  void write_attribute(const Path& path, const std::string& text) override {
    would("write", text + " to " + path.string());
  }
  void create_directory(const Path& path) override { would("create", path); }
  void remove_file(const Path& path) override { would("remove", path); }
  void rename_file(const Path& from, const Path& to) override {
    would("rename", from.string() + " to " + to.string());
  }
  void set_writable(const Path& device, Writable writable) override {
    would(writable == Writable::yes ? "make writable" : "make read-only", device);
  }
  void mount(const Mount& mount) override {
    would("mount", mount.source + " at " + mount.target + " -o " + mount.options);
  }
  void umount(const Path& target) override { would("unmount", target); }
  void start_unit(const std::string& unit) override { would("start", unit); }
  void stop_unit(const std::string& unit) override { would("stop", unit); }
  void reload_unit(const std::string& unit) override { would("reload", unit); }
  void copy_database(const Path& from, const Path& to) override {
    would("copy", from.string() + " to " + to.string());
  }
  std::set<std::uint64_t> recall_layouts(const Path& mount_point, const std::set<std::uint64_t>& inodes,
                                         Duration) override {
    would("recall", "the layouts of " + std::to_string(inodes.size()) + " files of " + mount_point.string());
    return {};
  }
  void nft(const std::string& ruleset) override { would("apply to nftables:\n", ruleset); }
  void reboot_now() override { would("reboot", "at once"); }

 private:
  void would(const std::string& verb, const std::string& what) {
    out_ << "would " << verb << ' ' << what << '\n';
  }

  std::ostream& out_;
};

}  // namespace pnfs_ha
