// What rpc.mountd answers for, and nfsd asks it: exports(5). The file is the configuration's (config/render.h).
#pragma once

#include "host/host.h"

namespace pnfs_ha {

// rpc.mountd runs, and the directory is exported. Other lines, of an administrator's, may be as wrong as they are.
void export_all(Host& host, const Path& directory);
void unexport_all(Host& host);

}  // namespace pnfs_ha
