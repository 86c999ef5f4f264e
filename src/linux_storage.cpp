// LinuxHost's block devices and mounts: libblkid, libmount, SG_IO.
#include <blkid/blkid.h>
#include <fcntl.h>
#include <libmount/libmount.h>
#include <linux/fs.h>
#include <scsi/sg.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "error.h"
#include "linux_host.h"
#include "unique_fd.h"

namespace pnfs_ha {
namespace {

constexpr unsigned scsi_timeout = 10'000;  // milliseconds

// Read-only, even to change things: closing a writable descriptor makes udev probe the disk again.
UniqueFd open_device(const Path& device) {
  UniqueFd fd(open(device.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!fd) throw Error("cannot open " + device.string() + ": " + std::strerror(errno));
  return fd;
}

std::string looked_up(blkid_probe probe, const char* name) {
  const char* value = nullptr;
  return blkid_probe_lookup_value(probe, name, &value, nullptr) == 0 ? value : "";
}

using Table = std::unique_ptr<libmnt_table, decltype(&mnt_unref_table)>;

Table mount_table() {
  Table table(mnt_new_table_from_file("/proc/self/mountinfo"), mnt_unref_table);
  if (!table) throw Error("cannot read /proc/self/mountinfo");
  return table;
}

using Context = std::unique_ptr<libmnt_context, decltype(&mnt_free_context)>;

// The kernel's reason, in libmount's words.
std::string excuse(const Context& context, int result) {
  char text[512] = {};
  mnt_context_get_excode(context.get(), result, text, sizeof text);
  return *text != '\0' ? text : "unknown reason";
}

}  // namespace

Content LinuxHost::probe(const Path& device) const {
  const std::unique_ptr<blkid_struct_probe, decltype(&blkid_free_probe)> probe(
      blkid_new_probe_from_filename(device.c_str()), blkid_free_probe);
  if (!probe) throw Error("cannot read " + device.string() + ": " + std::strerror(errno));
  blkid_probe_enable_partitions(probe.get(), 1);
  blkid_probe_enable_superblocks(probe.get(), 1);
  blkid_probe_set_superblocks_flags(probe.get(), BLKID_SUBLKS_TYPE | BLKID_SUBLKS_LABEL);
  const int result = blkid_do_safeprobe(probe.get());
  if (result == -2)
    return {.type = "several signatures that contradict each other", .label = {}, .partition_table = {}};
  if (result < 0)
    throw Error("cannot read " + device.string() + ": " + std::strerror(errno),
                "is it reserved by a cluster that this server does not belong to?");
  return {.type = looked_up(probe.get(), "TYPE"),
          .label = looked_up(probe.get(), "LABEL"),
          .partition_table = looked_up(probe.get(), "PTTYPE")};
}

void LinuxHost::set_writable(const Path& device, Writable writable) {
  const UniqueFd fd = open_device(device);
  const int read_only = writable == Writable::no ? 1 : 0;
  if (ioctl(fd.get(), BLKROSET, &read_only) != 0)
    throw Error("cannot change whether " + device.string() + " is writable: " + std::strerror(errno));
}

ScsiReply LinuxHost::scsi(const Path& device, const ScsiCommand& command) {
  const UniqueFd fd = open_device(device);
  ScsiReply reply;
  reply.sense.resize(96);
  reply.data.resize(command.data_in);
  ScsiCommand sent = command;  // SG_IO wants pointers to non-const
  sg_io_hdr_t header{};
  header.interface_id = 'S';
  header.cmdp = sent.cdb.data();
  header.cmd_len = static_cast<unsigned char>(sent.cdb.size());
  header.sbp = reply.sense.data();
  header.mx_sb_len = static_cast<unsigned char>(reply.sense.size());
  header.timeout = scsi_timeout;
  header.dxfer_direction = SG_DXFER_NONE;
  if (!sent.data_out.empty()) {
    header.dxfer_direction = SG_DXFER_TO_DEV;
    header.dxferp = sent.data_out.data();
    header.dxfer_len = static_cast<unsigned>(sent.data_out.size());
  } else if (command.data_in > 0) {
    header.dxfer_direction = SG_DXFER_FROM_DEV;
    header.dxferp = reply.data.data();
    header.dxfer_len = static_cast<unsigned>(command.data_in);
  }
  if (ioctl(fd.get(), SG_IO, &header) != 0)
    throw Error("cannot send a SCSI command to " + device.string() + ": " + std::strerror(errno));
  // DRIVER_SENSE (08h) only announces the sense data.
  if (header.host_status != 0 || (header.driver_status & 0x0f & ~0x08) != 0)
    throw Error(device.string() + " did not answer a SCSI command (host status " +
                    std::to_string(header.host_status) + ", driver status " +
                    std::to_string(header.driver_status) + ")",
                "check the server's connection to the SAN");
  reply.status = header.status;
  reply.sense.resize(header.sb_len_wr);
  reply.data.resize(command.data_in - static_cast<std::size_t>(std::max(header.resid, 0)));
  return reply;
}

std::optional<Mount> LinuxHost::mounted_at(const Path& target) const {
  const Table table = mount_table();
  libmnt_fs* fs = mnt_table_find_target(table.get(), target.c_str(), MNT_ITER_BACKWARD);
  if (fs == nullptr) return std::nullopt;
  const auto text = [](const char* value) { return std::string(value != nullptr ? value : ""); };
  return ::pnfs_ha::Mount{.source = text(mnt_fs_get_source(fs)),
                          .target = text(mnt_fs_get_target(fs)),
                          .type = text(mnt_fs_get_fstype(fs)),
                          .options = text(mnt_fs_get_options(fs))};
}

void LinuxHost::mount(const Mount& mount) {
  const Context context(mnt_new_context(), mnt_free_context);
  mnt_context_set_source(context.get(), mount.source.c_str());
  mnt_context_set_target(context.get(), mount.target.c_str());
  mnt_context_set_fstype(context.get(), mount.type.c_str());
  mnt_context_set_options(context.get(), mount.options.c_str());
  const int result = mnt_context_mount(context.get());
  if (mnt_context_get_status(context.get()) != 1 || result != 0)
    throw Error("cannot mount " + mount.source + " at " + mount.target + ": " + excuse(context, result),
                "see the kernel's log: journalctl -k");
}

void LinuxHost::umount(const Path& target) {
  const Context context(mnt_new_context(), mnt_free_context);
  mnt_context_set_target(context.get(), target.c_str());
  const int result = mnt_context_umount(context.get());
  if (mnt_context_get_status(context.get()) != 1 || result != 0)
    throw Error("cannot unmount " + target.string() + ": " + excuse(context, result),
                "`fuser -vm " + target.string() + "` shows who uses it");
}

}  // namespace pnfs_ha
