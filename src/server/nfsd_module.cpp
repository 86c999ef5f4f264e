#include "server/nfsd_module.h"

#include "base/error.h"
#include "base/text.h"
#include "server/nfs_server.h"

namespace pnfs_ha {
namespace {

bool is_patched(const std::string& parameters) {
  const std::string lines = "\n" + parameters;
  return lines.find("\nlate_layoutcommit:") != std::string::npos &&
         lines.find("\nmds_pr_key:") != std::string::npos;
}

// One field of the module that modprobe would pick; empty if it has none. Several values, such as its
// parameters, are a line each.
std::string field(Host& host, const std::string& module, const std::string& name) {
  return without_line_end(
      host.must_run({"modinfo", "-F", name, module}, "install a kernel that has it: linux-image-amd64"));
}

// Why this kernel loads signed modules only; empty if it loads others too.
std::string signatures_required(const Host& host) {
  const std::string lockdown = host.read_file("/sys/kernel/security/lockdown").value_or("");
  for (const char* level : {"integrity", "confidentiality"})
    if (lockdown.find(std::string("[") + level + "]") != std::string::npos)
      return std::string("lockdown: ") + level;
  if (host.read_file("/sys/module/module/parameters/sig_enforce").value_or("").starts_with("Y"))
    return "module.sig_enforce";
  return {};
}

// proc_keys(5). A kernel that shows no key at all says nothing.
bool is_trusted(const Host& host, const std::string& signer) {
  const std::string keys = host.read_file("/proc/keys").value_or("");
  return keys.find("asymmetri ") == std::string::npos ||
         keys.find("asymmetri " + signer + ": ") != std::string::npos;
}

}  // namespace

void require_accepted(Host& host, const std::string& module) {
  const std::string required = signatures_required(host);
  if (required.empty()) return;
  const std::string file = field(host, module, "filename");
  if (file == "(builtin)") return;
  const std::string signer = field(host, module, "signer");
  const bool is_signed = !field(host, module, "sig_id").empty();
  if (is_signed && is_trusted(host, signer)) return;
  throw Error(
      "the kernel would refuse " + file + ", which " +
          (is_signed ? "is signed by '" + signer + "', a key that it does not trust" : "is not signed") +
          " (" + required + "): without it there is no " + module + " at all",
      "sign it with a key of yours and enrol that: for dkms, `mokutil --import /var/lib/dkms/mok.pub` "
      "and a reboot; or switch Secure Boot off; or remove the module and run `depmod`, which leaves the "
      "kernel's own");
}

void require_patched_nfsd(Host& host) {
  bool stock = true;
  if (host.resolve("/sys/module/nfsd")) {
    stock = loaded_nfsd(host).is_stock();
  } else {
    require_accepted(host, "nfsd");
    stock = !is_patched(field(host, "nfsd", "parm"));
  }
  if (stock)
    throw Error(
        "stock nfsd: whatever clients wrote directly and had not committed is lost when the active dies, "
        "although their fsync() succeeds afterwards; and a server that lost the LUN can let itself in again",
        "use the appliance, or install the package pnfs-ha-nfsd-dkms, and restart the server");
}

std::vector<std::string> kernels_without_patched_nfsd(Host& host) {
  std::vector<std::string> found;
  if (!host.resolve("/lib/modules")) return found;
  for (const std::string& kernel : host.list("/lib/modules")) {
    // Of a kernel that was removed dkms may have left a directory.
    if (!host.resolve("/boot/vmlinuz-" + kernel)) continue;
    const CommandResult parameters = host.run({"modinfo", "-k", kernel, "-F", "parm", "nfsd"});
    if (parameters.exit_code != 0 || !is_patched(parameters.output)) found.push_back(kernel);
  }
  return found;
}

}  // namespace pnfs_ha
