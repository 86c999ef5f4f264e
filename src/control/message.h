// How programs talk to an agent: one question, one answer, a JSON object on one line each way. Both ends of
// the wire read and write it here.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/format.h"

namespace pnfs_ha {

constexpr const char* control_socket = "/run/pnfs-ha/control";
constexpr std::size_t longest_message = 65536;  // bytes, the end of line among them

inline constexpr Format message_format{"the message", 1};  // of questions and answers

std::string to_line(const nlohmann::json& message);

// nullopt if it is no JSON object.
std::optional<nlohmann::json> parse_message(const std::string& line);

// {"error": …, "remedy": …}
nlohmann::json refusal(const Error& error);

// Throws Error if the line is no JSON object, or a refusal: then what that says; and NewerFormat. whom: "the agent"
nlohmann::json parse_answer(const std::string& line, const std::string& whom);

// What has come of a message so far.
class Incoming {
 public:
  enum class State { incomplete, complete, too_long };

  State add(std::string_view bytes);
  State state() const { return state_; }
  const std::string& line() const { return line_; }  // of a complete one; what follows it is ignored

 private:
  std::string line_;
  State state_ = State::incomplete;
};

}  // namespace pnfs_ha
