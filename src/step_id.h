// What a step of the plan is to a program: logs, status, model and tests compare this, never the sentence.
#pragma once

namespace pnfs_ha {

// One step may stand in several sequences; within a sequence it stands once. Its undo has the same identity.
enum class StepId {
  // format
  check_blank,
  make_xfs,
  // bring_up
  check_configuration,
  load_modules,
  check_nfsd,
  shut_gate,
  configure,
  prepare_nfs,
  register_key,
  rescan_lun,
  mount_read_only,
  create_ramdisk,
  create_metadata,
  connect_mirror,
  start_keepalived,
  // takeover
  promote_mirror,
  take_reservation,
  unmount_read_only,
  mount_read_write,
  mount_state,
  choose_records,
  begin_term,
  start_nfsdcld,
  export_lun,
  give_nfsd_key,
  set_parameters,
  keep_blocks,
  await_proofs,
  start_nfsd,
  record_start,
  keep_layout_journal,
  read_connections,
  start_keeper,
  start_fencer,
  open_gate,
  wake_clients,
  // renew_mirror
  take_mirror_down,
  destroy_ramdisk,
  // switchover
  check_successor,
  quiesce_nfsd,
  recall_layouts,
  wait_until_idle,
  release,
  await_successor,
  // grow
  read_sizes,
  ask_sizes,
  compare_sizes,
  await_clients,
  grow_xfs,
  resume_nfsd,
  switch_over,
  count_of_steps,
};

// Its name in the status document and in the journal, "mount_read_write". Names stay, sentences may improve.
const char* to_string(StepId id);

}  // namespace pnfs_ha
