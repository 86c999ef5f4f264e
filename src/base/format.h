// The versions of what servers leave to each other and programs tell each other (docs/protocol.md). A JSON
// document carries its version as "format"; one without is of the first. Two versions of the product share
// files and talk to each other while a cluster is upgraded.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "base/error.h"

namespace pnfs_ha {

struct Format {
  const char* what;  // "the history of takeovers"
  int newest;        // that this version of the product knows, and writes
};

// What somebody wrote who knows more than this version of the product does.
class NewerFormat : public Error {
 public:
  NewerFormat(const Format& format, int version);  // "… was made by a newer pnfs-ha (format 2, …)"
};

// Throws NewerFormat. Whatever is no positive number counts as no version.
int format_of(const nlohmann::json& document, const Format& format);

// The same of a text of one line: "format N …", or one of the first version.
void require_known_line(const std::string& text, const Format& format);

}  // namespace pnfs_ha
