#include "step_id.h"

#include <iterator>

#include "base/names.h"

namespace pnfs_ha {
namespace {

using enum StepId;

constexpr auto step_names = names<StepId>({
    {check_blank, "check_blank"},
    {make_xfs, "make_xfs"},
    {check_configuration, "check_configuration"},
    {load_modules, "load_modules"},
    {check_nfsd, "check_nfsd"},
    {shut_gate, "shut_gate"},
    {configure, "configure"},
    {prepare_nfs, "prepare_nfs"},
    {register_key, "register_key"},
    {rescan_lun, "rescan_lun"},
    {mount_read_only, "mount_read_only"},
    {create_ramdisk, "create_ramdisk"},
    {create_metadata, "create_metadata"},
    {connect_mirror, "connect_mirror"},
    {start_keepalived, "start_keepalived"},
    {promote_mirror, "promote_mirror"},
    {take_reservation, "take_reservation"},
    {unmount_read_only, "unmount_read_only"},
    {mount_read_write, "mount_read_write"},
    {mount_state, "mount_state"},
    {choose_records, "choose_records"},
    {begin_term, "begin_term"},
    {start_nfsdcld, "start_nfsdcld"},
    {export_lun, "export_lun"},
    {give_nfsd_key, "give_nfsd_key"},
    {set_parameters, "set_parameters"},
    {keep_blocks, "keep_blocks"},
    {await_proofs, "await_proofs"},
    {start_nfsd, "start_nfsd"},
    {record_start, "record_start"},
    {keep_layout_journal, "keep_layout_journal"},
    {read_connections, "read_connections"},
    {start_keeper, "start_keeper"},
    {start_fencer, "start_fencer"},
    {open_gate, "open_gate"},
    {wake_clients, "wake_clients"},
    {take_mirror_down, "take_mirror_down"},
    {destroy_ramdisk, "destroy_ramdisk"},
    {check_successor, "check_successor"},
    {quiesce_nfsd, "quiesce_nfsd"},
    {recall_layouts, "recall_layouts"},
    {wait_until_idle, "wait_until_idle"},
    {release, "release"},
    {await_successor, "await_successor"},
    {read_sizes, "read_sizes"},
    {ask_sizes, "ask_sizes"},
    {compare_sizes, "compare_sizes"},
    {await_clients, "await_clients"},
    {grow_xfs, "grow_xfs"},
    {resume_nfsd, "resume_nfsd"},
    {switch_over, "switch_over"},
});

static_assert(std::distance(step_names.begin(), step_names.end()) == static_cast<int>(count_of_steps),
              "every StepId has a name");

}  // namespace

const char* to_string(StepId id) {
  return step_names.of(id);
}

}  // namespace pnfs_ha
