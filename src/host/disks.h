#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/names.h"
#include "host/files.h"
#include "host/part.h"

namespace pnfs_ha {

struct Mount {
  std::string source;   // canonical device, "/dev/sda"
  std::string target;   // absolute
  std::string type;     // "xfs"
  std::string options;  // "ro,norecovery"
  // In this process's own mount namespace, if it has one (systemd's PrivateMounts=), which nobody else can
  // enter by accident; else in the machine's, process 1's.
  bool hidden = false;
};

// What libblkid knows of a device's content.
struct Content {
  std::string type;             // "xfs", "LVM2_member", …; empty if there is no signature
  std::string label;            // file system label
  std::string partition_table;  // "gpt", "dos"; empty if none
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
  // The answer to an earlier question of the same bytes will do, the newest that has come: with a LUN that answers
  // later than the caller waits, several are on their way.
  bool may_be_earlier = false;
  // Questions that are sent at the same time and answered together: one after the other, they would take twice as long.
  std::vector<ScsiCommand> beside{};
};

struct ScsiReply {
  std::uint8_t status = 0;
  std::vector<std::uint8_t> sense;
  std::vector<std::uint8_t> data;
  std::chrono::milliseconds asked_at{0};  // Clock::uptime() when the command was sent
  std::chrono::milliseconds took{0};      // until the answer came; who waited for it may see it later
  std::vector<ScsiReply> beside{};        // if all are GOOD; who is not speaks for all
};

// No answer has come yet to a question that may be answered late.
class Unanswered : public Error {
 public:
  using Error::Error;
};

class Disks : public Part {
 public:
  virtual Content probe(const Path& device) const = 0;
  virtual void set_writable(const Path& device, Writable writable) = 0;  // BLKROSET
  virtual ScsiReply scsi(const Path& device, const ScsiCommand& command) = 0;

  // In the machine's mount namespace and in this process's own. What cannot be mounted as its options say is an
  // error.
  virtual std::optional<Mount> mounted_at(const Path& target) const = 0;
  virtual std::vector<Mount> mounts_of(const Path& device) const = 0;  // the newest last
  virtual void mount(const Mount& mount) = 0;
  virtual void umount(const Path& target) = 0;
  // As `umount --lazy`, and waits for no device: what is left of the file system ends when that answers or is given up.
  virtual void detach(const Path& target) = 0;
};

}  // namespace pnfs_ha
