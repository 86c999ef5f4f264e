// pnfs-registrations: registers any number of keys with a LUN, each by an iSCSI session of its own, and logs out. An array
// keeps them, as it keeps those of machines that are off.
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "session.h"

namespace {

using scale::Key;

std::vector<Key> read_keys(std::istream& input) {
  std::vector<Key> keys;
  for (std::string line; std::getline(input, line);) try {
      std::size_t end = 0;
      keys.push_back(std::stoull(line, &end, 0));
      if (end != line.size() || keys.back() == 0) throw std::invalid_argument(line);
    } catch (const std::logic_error&) {
      throw std::runtime_error("line " + std::to_string(keys.size() + 1) + " of stdin is no key: '" + line +
                               "'");
    }
  return keys;
}

class Arguments {
 public:
  explicit Arguments(CLI::App& app) {
    app.add_option("--portal", road_.portal, "ADDRESS[:PORT] of the SAN")->required();
    app.add_option("--target", road_.target, "its iSCSI name")->required();
    app.add_option("--initiator", road_.initiator,
                   "the name of whoever asks; the target must have an ACL for it")
        ->required();
    app.add_option("--lun", road_.lun, "its number")->capture_default_str();
    app.add_flag_callback(
        "--no-aptpl", [this] { road_.persistence = scale::Persistence::none; },
        "for a target that keeps nothing through a power loss");
    app.add_option("--first", first_, "number of the first session")->capture_default_str();
  }

  // The n-th key is the first session's and n - 1.
  void register_keys(const std::vector<Key>& keys) const {
    const auto began = std::chrono::steady_clock::now();
    if (keys.size() > 65536U - first_) throw std::runtime_error("there are only 65536 numbers for sessions");
    for (std::size_t n = 0; n < keys.size(); ++n)
      scale::Session(road_, static_cast<std::uint16_t>(first_ + n)).register_key(keys[n]);
    std::printf("%zu in %.1f s\n", keys.size(),
                std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
  }

  void list() const {
    for (const Key key : scale::Session(road_, last_).keys())
      std::printf("0x%016llx\n", static_cast<unsigned long long>(key));
  }

 private:
  static constexpr std::uint16_t last_ = 65535;  // whoever only asks, beside those that are registered

  scale::Road road_;
  unsigned first_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  constexpr int unknown = 2, usage = 64;
  CLI::App app("Registers keys with a LUN, each by an iSCSI session of its own", "pnfs-registrations");
  app.require_subcommand(1);
  const Arguments arguments(app);
  unsigned count = 0;
  app.add_subcommand("register", "the keys of stdin, one a line")->fallthrough()->callback([&] {
    arguments.register_keys(read_keys(std::cin));
  });
  auto* remove = app.add_subcommand("remove", "the registrations of so many sessions")->fallthrough();
  remove->add_option("COUNT", count)->required()->check(CLI::Range(1, 65536));
  remove->callback([&] { arguments.register_keys(std::vector<Key>(count)); });
  app.add_subcommand("list", "everybody's keys, one a line")->fallthrough()->callback([&] {
    arguments.list();
  });
  try {
    app.parse(argc, argv);
    return 0;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : usage;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pnfs-registrations: %s\n", error.what());
    return unknown;
  }
}
