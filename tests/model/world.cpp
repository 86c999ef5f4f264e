#include "world.h"

namespace pnfs_ha::model {
namespace {

// Every field with its width in bits: the one list that both directions share.
template <typename Field>
void each_field(Server& s, Field field) {
  field(s.powered, 1);
  field(s.hung, 1);
  field(s.san, 1);
  field(s.witness, 1);
  field(s.role, 2);
  field(s.task, 5);
  field(s.at, 5);
  field(s.part, 3);
  field(s.undo_failed, 1);
  field(s.read_back, 1);
  field(s.removed, 3);
  field(s.seen_key, 4);
  field(s.access, 2);
  field(s.state_mounted, 1);
  field(s.nfsd, 1);
  field(s.nfsd_has_key, 1);
  field(s.gate, 1);
  field(s.half_saved, 1);
  field(s.snapshot, 3);
  field(s.disk, 2);
  field(s.primary, 1);
  field(s.copy.records, 3);
  field(s.copy.serial, 3);
  field(s.lineage, 2);
  field(s.changed, 3);
  field(s.standalone, 3);
  field(s.key, 3);
  field(s.challenge_aged, 1);
}

template <typename Field>
void each_shared_field(World& w, Field field) {
  field(w.holder, 2);
  field(w.client, 1);
  field(w.lun.records, 3);
  field(w.lun.serial, 3);
  field(w.acknowledged, 3);
  field(w.cables, 3);
  field(w.connected, 3);
  for (Byte& target : w.sync) field(target, 2);
  field(w.faults, 5);
}

struct Packer {
  std::uint64_t& word;
  int& at;
  template <typename T>
  void operator()(const T& value, int width) {
    word |= static_cast<std::uint64_t>(value) << at;
    at += width;
  }
};

struct Unpacker {
  std::uint64_t word;
  template <typename T>
  void operator()(T& value, int width) {
    value = static_cast<T>(word & ((1U << width) - 1));
    word >>= width;
  }
};

}  // namespace

Packed pack(const World& world) {
  World w = world;
  Packed packed{};
  for (std::size_t i = 0; i < w.count; ++i) {
    int at = 0;
    each_field(w.server[i], Packer{packed[i], at});
  }
  int at = 0;
  each_shared_field(w, Packer{packed[most_servers], at});
  return packed;
}

World unpack(const Packed& packed, int count) {
  World w;
  w.count = static_cast<Byte>(count);
  for (std::size_t i = 0; i < w.count; ++i) {
    Unpacker from{packed[i]};
    each_field(w.server[i], [&](auto& value, int width) { from(value, width); });
  }
  Unpacker from{packed[most_servers]};
  each_shared_field(w, [&](auto& value, int width) { from(value, width); });
  return w;
}

}  // namespace pnfs_ha::model
