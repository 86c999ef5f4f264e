#include "mountstats_command.h"

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "error.h"
#include "mountstats.h"
#include "text_file.h"

namespace pnfs_load {

void add_mountstats(CLI::App& app, int& result) {
  struct Arguments {
    Path directory;
    bool json = false;
  };
  auto* command =
      app.add_subcommand("mountstats", "the NFS client's counters for the mount a directory lies on");
  auto given = std::make_shared<Arguments>();
  command->add_option("DIR", given->directory)->required();
  command->add_flag("--json", given->json, "all counters, for diff");
  command->callback([given, &result] {
    const Path directory = std::filesystem::canonical(given->directory);
    const auto mount = current_mountstats(directory);
    if (!mount || !is_nfs(*mount)) throw Error(directory.string() + " is not on an NFS mount");
    if (given->json) {
      std::printf("%s\n", to_json(*mount).dump(2).c_str());
    } else {
      std::printf("%s on %s: NFS %s, pnfs=%s\n", mount->device.c_str(), mount->mount_point.c_str(),
                  mount->version.c_str(), mount->layout.c_str());
      for (const auto& [name, count] : mount->operations) {
        if (count > 0) std::printf("%-20s %llu\n", name.c_str(), static_cast<unsigned long long>(count));
      }
    }
    result = 0;
  });
}

void add_diff(CLI::App& app, int& result) {
  struct Arguments {
    Path before, after;
  };
  auto* command = app.add_subcommand("diff", "did the data between two mountstats go to the disk itself?");
  auto given = std::make_shared<Arguments>();
  command->add_option("BEFORE", given->before, "output of mountstats --json")->required();
  command->add_option("AFTER", given->after, "output of mountstats --json")->required();
  command->callback([given, &result] {
    const auto load = [](const Path& path) {
      return mountstats_from_json(nlohmann::json::parse(read_text(path)));
    };
    const DirectIo direct = direct_io(load(given->before), load(given->after));
    std::printf("%s\n", to_json(direct).dump(2).c_str());
    result = direct.direct() ? 0 : 1;
  });
}

}  // namespace pnfs_load
