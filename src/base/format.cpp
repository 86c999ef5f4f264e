#include "base/format.h"

#include <spdlog/fmt/fmt.h>

#include "base/json.h"
#include "base/number.h"

namespace pnfs_ha {
namespace {

void require_known(int version, const Format& format) {
  if (version > format.newest) throw NewerFormat(format, version);
}

}  // namespace

NewerFormat::NewerFormat(const Format& format, int version)
    : Error(fmt::format("{} was made by a newer pnfs-ha (format {}; this one knows formats up to {})",
                        format.what, version, format.newest),
            "update pnfs-ha on this server") {}

int format_of(const nlohmann::json& document, const Format& format) {
  const int version = std::max(1, value_of(document, "format", 1));
  require_known(version, format);
  return version;
}

void require_known_line(const std::string& text, const Format& format) {
  constexpr std::string_view word = "format ";
  if (text.starts_with(word))
    require_known(leading_number<int>(std::string_view(text).substr(word.size())).value_or(1), format);
}

}  // namespace pnfs_ha
