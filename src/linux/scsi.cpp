// LinuxHost's SCSI commands: SG_IO.
#include <fcntl.h>
#include <scsi/sg.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <future>

#include "base/error.h"
#include "base/unique_fd.h"
#include "linux/linux_host.h"

namespace pnfs_ha {
namespace {

constexpr unsigned scsi_timeout = 10'000;  // milliseconds

// To one disk, with the same bytes: the last third of its answer's time is not waited for in vain.
constexpr int most_questions = 3;

ScsiReply execute(const Path& device, const ScsiCommand& command) {
  ScsiReply reply;
  reply.asked_at = uptime_now();
  const UniqueFd fd = open_device(device);
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
  if (ioctl(fd.get(), SG_IO, &header) != 0) throw errno_error("send a SCSI command to " + device.string());
  // DRIVER_SENSE (08h) only announces the sense data.
  if (header.host_status != 0 || (header.driver_status & 0x0f & ~0x08) != 0)
    throw Error(device.string() + " did not answer a SCSI command (host status " +
                    std::to_string(header.host_status) + ", driver status " +
                    std::to_string(header.driver_status) + ")",
                "check the server's connection to the SAN");
  reply.status = header.status;
  reply.took = uptime_now() - reply.asked_at;
  reply.sense.resize(header.sb_len_wr);
  reply.data.resize(command.data_in - static_cast<std::size_t>(std::max(header.resid, 0)));
  return reply;
}

ScsiReply execute_together(const Path& device, const ScsiCommand& command) {
  std::vector<std::future<ScsiReply>> beside;
  for (const ScsiCommand& other : command.beside)
    beside.push_back(std::async(std::launch::async, execute, device, other));
  ScsiReply reply = execute(device, command);
  for (std::future<ScsiReply>& answer : beside) {
    if (reply.status != 0) return reply;
    ScsiReply other = answer.get();
    if (other.status != 0) return other;
    reply.asked_at = std::min(reply.asked_at, other.asked_at);
    reply.beside.push_back(std::move(other));
  }
  reply.took = uptime_now() - reply.asked_at;
  return reply;
}

}  // namespace

// While the transport is down, the kernel holds a command back without starting its clock, and opening the
// device waits as well (scsi_block_when_processing_errors()): for minutes, and not to be interrupted. A disk
// that came back under another name is another disk: whoever waits for the old one does not stand in its way.
ScsiReply LinuxHost::scsi(const Path& device, const ScsiCommand& command) {
  const Path node = resolve(device).value_or(device);
  const auto send = [node, command] { return execute_together(node, command); };
  if (command.timeout.count() == 0)
    return change("a SCSI command to " + node.string(), call_limits::scsi, send);
  const std::string silent = node.string() + " does not answer";
  const char* const remedy = "check the server's connection to the SAN";
  if (command.may_be_earlier) {
    std::string question = node.string() + std::string(command.cdb.begin(), command.cdb.end());
    for (const ScsiCommand& other : command.beside) question.append(other.cdb.begin(), other.cdb.end());
    const auto asked = questions_.try_emplace(question, most_questions).first;
    if (auto reply = asked->second.ask(command.timeout, send)) return std::move(*reply);
    throw Unanswered(silent, remedy);
  }
  try {
    return calls_.run({"a SCSI question to " + node.string(), BoundedCalls::Kind::question}, command.timeout,
                      send);
  } catch (const Stuck&) {
    throw Error(silent, remedy);
  }
}

}  // namespace pnfs_ha
