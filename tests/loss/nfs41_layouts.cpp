// What a client asks about layouts: RFC 8881 18.40 to 18.44, RFC 8154.
#include <limits>
#include <stdexcept>

#include "nfs41.h"

namespace nfs41 {
namespace {

constexpr std::uint32_t scsi = 5;  // LAYOUT4_SCSI, RFC 8154
constexpr std::uint32_t longest_reply = 4096;

// `other` is opaque.
bool put_stateid(XDR* xdr, const Stateid& stateid) {
  return put32(xdr, stateid.seqid) && put_array(xdr, stateid.other);
}

bool get_stateid(XDR* xdr, Stateid& stateid) {
  return get32(xdr, stateid.seqid) && get_array(xdr, stateid.other);
}

}  // namespace

Layout Client::layoutget(const std::string& path, const Range& range, IoMode mode,
                         std::chrono::milliseconds read_late) {
  const auto arguments = [&](XDR* xdr) {
    // No signal when one is to be had; offset, length, least length; the longest reply.
    return put32(xdr, 0) && put32(xdr, scsi) && put32(xdr, static_cast<std::uint32_t>(mode)) &&
           put64(xdr, range.offset) && put64(xdr, range.length) && put64(xdr, 4096) &&
           put_stateid(xdr, open_stateid_) && put32(xdr, longest_reply);
  };
  Layout layout;
  const auto results = [&layout](XDR* xdr) {
    // Return on close; stateid; how many: nfsd gives one; range, mode, type; length, how many extents.
    return skip(xdr, 1) && get_stateid(xdr, layout.stateid) && skip(xdr, 1) &&
           get64(xdr, layout.range.offset) && get64(xdr, layout.range.length) && skip(xdr, 2) &&
           skip(xdr, 2) && get_array(xdr, layout.device);
  };
  Compound operations = at(path);
  operations.push_back({50, "LAYOUTGET", arguments, results});
  call(operations, read_late);
  return layout;
}

std::uint64_t Client::reservation_key(const Layout& layout) {
  constexpr std::uint32_t scsi_volume = 4;  // PNFS_SCSI_VOLUME_BASE, RFC 8154 2.3.1
  const auto arguments = [&](XDR* xdr) {
    return put_array(xdr, layout.device) && put32(xdr, scsi) && put32(xdr, longest_reply) && put32(xdr, 0);
  };
  std::uint64_t key = 0;
  std::uint32_t volume = 0;
  const auto results = [&](XDR* xdr) {
    std::string designator;
    // Layout type, length, how many volumes: nfsd has one; its code set, its designator's type.
    return skip(xdr, 3) && get32(xdr, volume) && skip(xdr, 2) && get_bytes(xdr, designator) &&
           get64(xdr, key);
  };
  Compound operations = in_session();
  operations.push_back({47, "GETDEVICEINFO", arguments, results});
  call(operations);
  if (volume != scsi_volume) throw std::runtime_error("the device is no SCSI volume");
  return key;
}

void Client::layoutreturn(const std::string& path, const Layout& layout) {
  constexpr std::uint32_t any_mode = 3, of_file = 1;
  const auto arguments = [&](XDR* xdr) {
    return put32(xdr, 0) && put32(xdr, scsi) && put32(xdr, any_mode) && put32(xdr, of_file) &&
           put64(xdr, 0) && put64(xdr, std::numeric_limits<std::uint64_t>::max()) &&
           put_stateid(xdr, layout.stateid) && put_bytes(xdr, "");
  };
  Compound operations = at(path);
  operations.push_back({51, "LAYOUTRETURN", arguments});
  call(operations);
}

void Client::layoutcommit(const std::string& path, const Commit& commit) {
  const auto arguments = [commit](XDR* xdr) {
    // The last byte written; no time. The update is a list of ranges, RFC 8154 2.4.8: one.
    return put64(xdr, commit.offset) && put64(xdr, commit.length) && put32(xdr, commit.reclaim) &&
           put32(xdr, 1) && put_array(xdr, commit.stateid) && put32(xdr, 1) &&
           put64(xdr, commit.offset + commit.length - 1) && put32(xdr, 0) && put32(xdr, scsi) &&
           put32(xdr, 20) && put32(xdr, 1) && put64(xdr, commit.offset) && put64(xdr, commit.length);
  };
  Compound operations = at(path);
  operations.push_back({49, "LAYOUTCOMMIT", arguments});
  call(operations);
}

}  // namespace nfs41
