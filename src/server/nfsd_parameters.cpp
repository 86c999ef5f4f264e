#include "server/nfsd_parameters.h"

#include "base/error.h"
#include "base/number.h"

namespace pnfs_ha {
namespace {

Path file_of(const char* name) {
  return Path(NfsdParameters::directory) / name;
}

}  // namespace

bool NfsdParameters::has(const char* name) const {
  return files_.resolve(file_of(name)).has_value();
}

bool NfsdParameters::is_on(const char* name) const {
  return files_.read_file(file_of(name)).value_or("").starts_with("Y");
}

std::optional<std::uint64_t> NfsdParameters::number(const char* name) const {
  const auto text = files_.read_file(file_of(name));
  if (!text) return std::nullopt;
  const auto value = leading_number<std::uint64_t>(*text);
  if (!value) throw Error(file_of(name).string() + " is no number: " + *text);
  return value;
}

void NfsdParameters::set(const char* name, const std::string& value) {
  const auto now = files_.read_file(file_of(name));
  if (now && *now != value + "\n") files_.write_attribute(file_of(name), value + "\n");
}

}  // namespace pnfs_ha
