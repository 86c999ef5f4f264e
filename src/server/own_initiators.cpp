// Which initiators (SPC-4 7.6.4 TransportIDs, as text) the paths to a disk belong to, from sysfs.
#include "server/reservation.h"

namespace pnfs_ha {
namespace {

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

// "0x10000090fa…\n" → "10000090fa…"
std::string port_name(const std::string& text) {
  const std::string name = trimmed(text);
  return name.starts_with("0x") ? name.substr(2) : name;
}

}  // namespace

std::set<std::string> own_initiators(const Host& host, const Path& device) {
  // /sys/block/sdX/device resolves to …/hostN/[sessionM/|rport-…/|port-…/]targetN:…; the host's class
  // directory tells the port's name.
  std::set<std::string> names;
  const auto node = host.resolve(device);
  const auto scsi = node ? host.resolve(Path("/sys/block") / node->filename() / "device") : std::nullopt;
  if (!scsi) return names;
  for (const Path& part : *scsi) {
    const std::string name = part.string();
    if (name.starts_with("session")) {
      if (auto text = host.read_file(Path("/sys/class/iscsi_session") / name / "initiatorname"))
        names.insert(pr::in_lower_case(trimmed(*text)));
    } else if (name.starts_with("host")) {
      if (auto text = host.read_file(Path("/sys/class/fc_host") / name / "port_name"))
        names.insert("fc:" + port_name(*text));
      if (auto text = host.read_file(Path("/sys/class/scsi_host") / name / "host_sas_address"))
        names.insert("sas:" + port_name(*text));
    }
  }
  return names;
}

}  // namespace pnfs_ha
