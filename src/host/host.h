// The only road to the machine. LinuxHost walks it, DryRunHost prints what it would do, the tests' FakeHost
// remembers. Whatever fails throws Error, unless a function says that it answers with a value.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/names.h"

namespace pnfs_ha {

using Path = std::filesystem::path;

// A program and its arguments; never a shell string.
using Command = std::vector<std::string>;

std::string to_string(const Command& command);

struct CommandResult {
  int exit_code = 0;    // 128 + signal if a signal ended it
  std::string output;   // stdout
  std::string message;  // stderr, or why the program could not be started
};

struct Mount {
  std::string source;   // canonical device, "/dev/sda"
  std::string target;   // absolute
  std::string type;     // "xfs"
  std::string options;  // "ro,norecovery"
};

// What libblkid knows of a device's content.
struct Content {
  std::string type;             // "xfs", "LVM2_member", …; empty if there is no signature
  std::string label;            // file system label
  std::string partition_table;  // "gpt", "dos"; empty if none
};

struct InterfaceAddress {
  std::string interface;
  std::string address;  // numeric, without scope
  int prefix = 0;       // bits
};

// [begin, end) of a file
struct ByteRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  bool operator==(const ByteRange&) const = default;
};

enum class Writable { yes, no };

// How a file system is mounted.
enum class Access { none, read_only, read_write };

inline constexpr auto access_names =
    names<Access>({{Access::none, "no"}, {Access::read_only, "ro"}, {Access::read_write, "rw"}});

inline const char* to_string(Access access) {
  return access_names.of(access);
}

// A SCSI command for SG_IO and its answer (SAM-5 5.3 status codes).
struct ScsiCommand {
  std::vector<std::uint8_t> cdb;
  std::vector<std::uint8_t> data_out;  // sent, if not empty
  std::size_t data_in = 0;             // bytes expected, if not zero
  // How long the caller waits for an answer, whatever the transport is doing; zero: until it comes. Only for
  // commands that change nothing: an abandoned command may still be executed later.
  std::chrono::milliseconds timeout{0};
};

struct ScsiReply {
  std::uint8_t status = 0;
  std::vector<std::uint8_t> sense;
  std::vector<std::uint8_t> data;
};

class Host {
 public:
  using Duration = std::chrono::milliseconds;

  Host() = default;
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  virtual ~Host() = default;

  // Whatever may wait for a device, a client or another program may throw Stuck as well.
  //
  // Called about every second while one call is waited for.
  virtual void while_waiting(std::function<void()> tell) = 0;
  // A change that threw Stuck and that the kernel has not given back since: what it is.
  virtual std::optional<std::string> unfinished() const = 0;

  virtual CommandResult run(const Command& command) = 0;

  virtual std::string host_name() const = 0;  // uname -n
  virtual std::vector<InterfaceAddress> addresses() const = 0;

  // Files. Absent is nullopt, also what goes while it is read; what cannot be read is an error, never empty.
  virtual std::optional<std::string> read_file(const Path& path) const = 0;
  virtual std::optional<Path> resolve(const Path& path) const = 0;         // follows every symbolic link
  virtual std::vector<std::string> list(const Path& directory) const = 0;  // names, sorted; empty if absent
  virtual void write_file(const Path& path, const std::string& text, int mode = 0644) = 0;  // atomic, durable
  virtual void write_attribute(const Path& path, const std::string& text) = 0;  // sysfs, procfs: one write(2)
  virtual void create_directory(const Path& path) = 0;
  virtual void remove_file(const Path& path) = 0;
  virtual void rename_file(const Path& from, const Path& to) = 0;  // durable

  // Block devices.
  virtual Content probe(const Path& device) const = 0;
  virtual void set_writable(const Path& device, Writable writable) = 0;  // BLKROSET
  virtual ScsiReply scsi(const Path& device, const ScsiCommand& command) = 0;

  // Mounts of this process's mount namespace.
  virtual std::optional<Mount> mounted_at(const Path& target) const = 0;
  virtual void mount(const Mount& mount) = 0;
  virtual void umount(const Path& target) = 0;

  // systemd units; all changes wait for the job to finish. A unit that reloads is active.
  virtual bool unit_is_active(const std::string& unit) const = 0;
  virtual void start_unit(const std::string& unit) = 0;
  virtual void stop_unit(const std::string& unit) = 0;
  virtual void reload_unit(const std::string& unit) = 0;

  // SQLite databases. A copy is of one moment, whoever writes meanwhile, and atomic and durable.
  virtual void check_database(const Path& path) const = 0;  // throws if it is damaged
  virtual void copy_database(const Path& from, const Path& to) = 0;

  // Calls the NFS server's NULL procedure (RFC 8881 16.1) over the loopback interface; throws if it refuses
  // or says nothing for this long.
  virtual void call_nfsd(std::chrono::seconds limit) = 0;

  // Files of a mounted XFS, by their inode. Clients are asked to commit what they wrote directly and to
  // return their layouts, of those files in which something may be uncommitted (no unwritten block, and no
  // block behind the end of the file: nothing is). Returns these, and those that nobody has come back from
  // within the limit. The times of the files change.
  virtual std::set<std::uint64_t> recall_layouts(const Path& mount_point,
                                                 const std::set<std::uint64_t>& inodes, Duration limit) = 0;
  // Allocated, but zeros to a reader: in order. Nothing if the file cannot be opened at present.
  virtual std::optional<std::vector<ByteRange>> unwritten_ranges(const Path& mount_point,
                                                                 std::uint64_t inode) const = 0;
  // Below the mount point; empty if the file is gone, or if the kernel knows no name of it at present.
  virtual std::string path_of_inode(const Path& mount_point, std::uint64_t inode) const = 0;

  virtual void nft(const std::string& ruleset) = 0;  // one atomic nftables transaction

  virtual std::string kernel_log() const = 0;  // what the ring buffer still has

  virtual Duration uptime() const = 0;                    // CLOCK_BOOTTIME
  virtual std::int64_t wall_clock() const = 0;            // seconds since the epoch
  virtual std::string random_hex(std::size_t bytes) = 0;  // from the kernel, fit for secrets
  virtual void sleep(Duration time) = 0;
  virtual void reboot_now() = 0;  // at once, syncing nothing

  // run() for commands that must succeed: the error carries the command and what it said.
  std::string must_run(const Command& command, const std::string& remedy = {});

  // Asks every 100 ms until `done` says yes. Answers no after `limit`.
  template <typename Predicate>
  bool wait_until(Predicate done, Duration limit) {
    const Duration end = uptime() + limit;
    while (!done()) {
      if (uptime() >= end) return false;
      sleep(Duration(100));
    }
    return true;
  }
};

}  // namespace pnfs_ha
