// /proc/drbd.
#include "fuzz.h"
#include "server/state_mirror.h"

using namespace pnfs_ha;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const MirrorState state = parse_proc_drbd(text_of(data, size), 0);
  must(state.connection.size() < size || state.connection.empty(), "a state is part of the text");
  return 0;
}
