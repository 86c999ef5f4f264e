// The bytes of RFC 4506, by libtirpc's functions: each returns false where the buffer ends.
#pragma once

#include <rpc/rpc.h>

#include <cstdint>
#include <functional>
#include <string>

namespace nfs41 {

using Coder = std::function<bool(XDR*)>;

// Throws std::runtime_error if it takes more than 64 KiB.
std::string encode(const Coder& coder);
// Bytes that are left over are of no interest.
bool decode(std::string bytes, const Coder& coder);

inline bool put32(XDR* xdr, std::uint32_t value) {
  return xdr_uint32_t(xdr, &value) != 0;
}
inline bool put64(XDR* xdr, std::uint64_t value) {
  return xdr_uint64_t(xdr, &value) != 0;
}
// Of a length that is put before them.
bool put_bytes(XDR* xdr, std::string bytes);
bool get_bytes(XDR* xdr, std::string& bytes);

inline bool get32(XDR* xdr, std::uint32_t& value) {
  return xdr_uint32_t(xdr, &value) != 0;
}
inline bool get64(XDR* xdr, std::uint64_t& value) {
  return xdr_uint64_t(xdr, &value) != 0;
}
bool skip(XDR* xdr, std::uint32_t words);

// Of a length that both sides know.
template <typename Array>
bool put_array(XDR* xdr, Array array) {
  return xdr_opaque(xdr, reinterpret_cast<char*>(array.data()), sizeof array) != 0;
}
template <typename Array>
bool get_array(XDR* xdr, Array& array) {
  return xdr_opaque(xdr, reinterpret_cast<char*>(array.data()), sizeof array) != 0;
}

}  // namespace nfs41
