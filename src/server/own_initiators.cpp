// Which initiators (SPC-4 7.6.4 TransportIDs, as text) the paths to a disk belong to, from sysfs.
#include "server/lun_paths.h"
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

// Of the host's own phys, phy-HOST:N; those of expanders are phy-HOST:EXPANDER:N (drivers/scsi/scsi_transport_sas.c).
// Some drivers (mpi3mr, smartpqi) tell a port's address nowhere else.
std::set<std::string> sas_addresses_of(const Host& host, const std::string& number) {
  const Path phys = "/sys/class/sas_phy";
  std::set<std::string> found;
  for (const std::string& phy : host.list(phys)) {
    if (!phy.starts_with("phy-" + number + ":") || phy.find(':') != phy.rfind(':')) continue;
    const std::string address = port_name(host.read_file(phys / phy / "sas_address").value_or(""));
    if (!address.empty() && address.find_first_not_of('0') != std::string::npos)
      found.insert("sas:" + address);
  }
  return found;
}

std::set<std::string> initiators_of_path(const Host& host, const Path& node) {
  // /sys/block/sdX/device resolves to …/hostN/[sessionM/|rport-…/|port-…/]targetN:…; the host's class
  // directory tells the port's name.
  std::set<std::string> names;
  const auto scsi = host.resolve(sysfs_of(node) / "device");
  if (!scsi) return names;
  std::string number;  // of the host
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
      number = name.substr(4);
    }
  }
  // Last: of an iSCSI host the session tells, and this is read several times a second.
  return names.empty() ? sas_addresses_of(host, number) : names;
}

}  // namespace

std::set<std::string> own_initiators(const Host& host, const Path& device) {
  std::set<std::string> names;
  for (const Path& node : lun_paths(host, device)) names.merge(initiators_of_path(host, node));
  return names;
}

}  // namespace pnfs_ha
