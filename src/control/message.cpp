#include "control/message.h"

#include "base/json.h"

namespace pnfs_ha {

using nlohmann::json;

std::string to_line(const json& message) {
  return to_text(message) + "\n";
}

std::optional<json> parse_message(const std::string& line) {
  json message = parse_json(line);
  if (!message.is_object()) return std::nullopt;
  return message;
}

json refusal(const Error& error) {
  return {{"error", error.what()}, {"remedy", error.remedy()}};
}

json parse_answer(const std::string& line, const std::string& whom) {
  auto answer = parse_message(line);
  if (!answer) throw Error(whom + " gave an answer that is no JSON object");
  if (answer->contains("error"))
    throw Error(whom + ": " + value_of(*answer, "error", "an error without a name"),
                value_of(*answer, "remedy", ""));
  format_of(*answer, message_format);
  return std::move(*answer);
}

Incoming::State Incoming::add(std::string_view bytes) {
  if (state_ != State::incomplete) return state_;
  const std::size_t end = bytes.find('\n');
  const std::size_t length = line_.size() + (end == std::string_view::npos ? bytes.size() : end + 1);
  // A line without its end is too long when no end of line has room any more.
  if (length > longest_message || (end == std::string_view::npos && length == longest_message))
    return state_ = State::too_long;
  line_ += bytes.substr(0, end);
  if (end != std::string_view::npos) state_ = State::complete;
  return state_;
}

}  // namespace pnfs_ha
