#include "config/mirror_secret.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"

namespace pnfs_ha {
namespace {

// It goes into DRBD's file as it is.
void require_digits(const std::string& secret) {
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if (secret.size() > 2 * MirrorSecret::bytes || !std::ranges::all_of(secret, is_digit))
    throw Error(std::string(MirrorSecret::path) + " must hold at most " +
                    std::to_string(2 * MirrorSecret::bytes) + " hexadecimal digits",
                "take the other server's");
}

}  // namespace

std::string MirrorSecret::read(const Files& files) {
  std::string secret = without_line_end(files.read_file(path).value_or(""));
  require_digits(secret);
  return secret;
}

void MirrorSecret::save(Files& files, const std::string& secret) {
  require_digits(secret);
  if (!secret.empty())
    files.write_file(path, secret + "\n", 0600);
  else if (files.resolve(path))
    files.remove_file(path);  // of another cluster
}

}  // namespace pnfs_ha
