// cluster.toml, as an administrator or another server wrote it. What is accepted is written as it is read.
#include "config/cluster_config.h"

#include "config/render.h"
#include "fuzz.h"

using namespace pnfs_ha;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  may_refuse([&] {
    const ClusterConfig config = parse_cluster_config(text_of(data, size));
    must(parse_cluster_config(to_toml(config)) == config, "what is read is what was written");
    for (const ServerConfig& server : config.servers)
      for (const std::string& word : {server.name, server.address, server.replication_address})
        must(word.find_first_of(std::string("\0\n\" {};#", 8)) == std::string::npos,
             "names and addresses are plain words in every file made of them");
  });
  return 0;
}
