// What a step of the plan does where it takes more than one word of the vocabulary, or depends on the server.
#pragma once

#include "server.h"

namespace pnfs_ha {

void load_kernel_modules(Server& server);

// Throws for an nfsd that this cluster does not serve with.
void require_fitting_nfsd(Server& server);

// The files of nfsd, DRBD and keepalived; keepalived reads its own again if it changed.
void configure_services(Server& server);

// Throws, before it changes anything, if another server has this one's initiator name.
void register_with_lun(Server& server);

// Before this server is in a cluster. Throws if it serves NFS already, or if something of others is where the ramdisk or the
// mirror has to be.
void require_nothing_in_place(Server& server);
void create_own_ramdisk(Server& server);

// A copy of the NFS state that no other server has is kept.
void take_mirror_down_unless_last_copy(Server& server);
void destroy_ramdisk_unless_last_copy(Server& server);

// To be unmounted takes a path that answers. One that does not is left as it is.
void leave_read_only_lun(Server& server);

// Throws while the LUN is mounted read-write: the serving key says that this server may be writing.
void return_to_standby_key(Server& server);

// Reads right before the mount that this server still holds the LUN. It may have grown since this server looked:
// XFS mounts no file system that is larger than its disk.
void mount_lun_read_write(Server& server);

// A LUN whose files lie elsewhere is refused.
void export_to_clients(Server& server);

// Before nfsd's first layout: it fences clients under its key only. Stock nfsd has a constant one, and
// registers it by itself.
void give_nfsd_its_key(Server& server);
void take_nfsds_key_back(Server& server);

// Becomes the holder of the LUN's reservation, and remembers when.
void take_lun(Server& server);

// Until a server that lost the LUN, and hangs, answers nobody (validity.h).
void await_older_proofs(Server& server);

// Opens it from a moment at which this server was seen to hold the LUN.
void open_gate_as_holder(Server& server);
// If it is open: what they answer has to come in. Else the agent does, when it opens it.
void tell_clients(Server& server);
void shut_gate_to_requests(Server& server);

}  // namespace pnfs_ha
