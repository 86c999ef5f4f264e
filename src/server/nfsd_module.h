// Which nfsd a server has: the one that is loaded, or else the one that modprobe would pick.
#pragma once

#include <string>
#include <vector>

#include "host/host.h"

namespace pnfs_ha {

// Throws unless the kernel would load the module that modprobe picks. Under lockdown (Secure Boot) it refuses
// one that is not signed by a key it trusts; modprobe tries no other, so that an unsigned module in updates/
// leaves a server without any.
void require_accepted(Host& host, const std::string& module);

// Throws for a stock nfsd, see NfsState, and for one that the kernel would refuse.
void require_patched_nfsd(Host& host);

// Of the kernels in /boot: a server that is restarted into one of them stays out of service.
std::vector<std::string> kernels_without_patched_nfsd(Host& host);

}  // namespace pnfs_ha
