#include "xdr.h"

#include <stdexcept>

namespace nfs41 {
namespace {
constexpr u_int longest = 1U << 16U;
}

std::string encode(const Coder& coder) {
  std::string bytes(longest, '\0');
  XDR xdr{};
  xdrmem_create(&xdr, bytes.data(), longest, XDR_ENCODE);
  if (!coder(&xdr)) throw std::runtime_error("a message is too long");
  bytes.resize(xdr_getpos(&xdr));
  return bytes;
}

bool decode(std::string bytes, const Coder& coder) {
  XDR xdr{};
  xdrmem_create(&xdr, bytes.data(), static_cast<u_int>(bytes.size()), XDR_DECODE);
  return coder(&xdr);
}

bool put_bytes(XDR* xdr, std::string bytes) {
  char* data = bytes.data();
  auto length = static_cast<u_int>(bytes.size());
  return xdr_bytes(xdr, &data, &length, length) != 0;
}

bool get_bytes(XDR* xdr, std::string& bytes) {
  std::uint32_t length = 0;
  if (!get32(xdr, length) || length > longest) return false;
  bytes.resize(length);
  return xdr_opaque(xdr, bytes.data(), length) != 0;
}

bool skip(XDR* xdr, std::uint32_t words) {
  std::uint32_t ignored = 0;
  for (; words > 0; --words)
    if (!get32(xdr, ignored)) return false;
  return true;
}

}  // namespace nfs41
