# shellcheck shell=bash disable=SC2034 # variables of guests.sh
# The snapshot `ready`, from which every test starts: two servers, two clients that mounted the export, files written in
# full. A scenario costs seconds; the snapshot is made once for every image. Sourced, never run.

image_stamp() { stat -c '%Y %s' "$lab_root"/build/image/{pnfs-ha,lab,"lab$of_client_kernel"}.raw; }
stamp_file="$lab_dir/ready-of"

prepare_files() {
  on client "pnfs-load prepare $mount_point/load --files 2 --size-mib 8" &&
    on client "fio --name=archive --filename=$mount_point/archive --rw=write --bs=64k --size=32m --direct=1 \
      --verify=crc32c --do_verify=0 --end_fsync=1 --output=/dev/null"
}

# need_ready: the snapshot `ready`, made now if the image has none yet.
need_ready() {
  [[ $(cat "$stamp_file" 2>/dev/null) = "$(image_stamp)" ]] || make_ready || return
  lab restore ready
}

# Each step by itself: bash goes on after one that failed where somebody asks for the function's status.
make_ready() {
  local on_limit=600
  rm -f "$stamp_file"
  lab down && lab up && found_cluster && mount_on client && mount_on client2 && prepare_files && save_ready
}

save_ready() {
  wait_for 60 is_healthy mds1 && wait_for 60 is_healthy mds2 && lab save ready && image_stamp >"$stamp_file"
}
