// The table of keys: whatever has a row is read, written, compared and explained; and what is not in it is
// refused with the word that was probably meant.
#include "base/nearest.h"
#include "config/cluster_keys.h"
#include "scene.h"

namespace pnfs_ha {
namespace {

// A value of the key that is accepted and not `present`.
Value another(const KeyType& type, const Value& present) {
  if (type.example != present) return type.example;
  if (!type.words.empty()) return type.words.front();
  if (const auto* text = std::get_if<std::string>(&present)) return *text + "1";
  if (const auto* number = std::get_if<std::int64_t>(&present)) return *number - 1;
  return !std::get<bool>(present);
}

// That the row says all that a row has to say.
template <typename Owner>
void expect_complete(const Key<Owner>& key) {
  EXPECT_NO_THROW(key.type.check(key.type.example)) << key.name;
  EXPECT_NE(key.type.form, "") << key.name;
  EXPECT_GT(std::string(key.sentence).size(), 10U) << key.name;
  EXPECT_FALSE(std::string(key.sentence).ends_with('.')) << key.name << ": the manual adds the full stop";
}

TEST(ClusterKeys, every_row_is_complete_read_written_and_compared) {
  for (const Key<ClusterConfig>& key : cluster_keys()) {
    expect_complete(key);
    ClusterConfig config = two_servers();
    const std::string before = to_toml(key.field.get(config));
    const Value value = another(key.type, key.field.get(config));
    key.field.set(config, value);
    const std::string text = to_toml(config);
    EXPECT_NE(text.find("\n" + std::string(key.name) + " = " + to_toml(value) + "\n"), text.npos) << text;
    EXPECT_EQ(parse_cluster_config(text), config) << text;
    const std::string name = key.section + std::string(".") + key.name;
    EXPECT_EQ(differences(two_servers(), config), std::vector<Difference>({{name, before, to_toml(value)}}));
  }
}

TEST(ClusterKeys, every_row_of_a_server_likewise) {
  for (const Key<ServerConfig>& key : server_keys()) {
    expect_complete(key);
    ClusterConfig config = two_servers();
    const Value value = another(key.type, key.field.get(config.servers[1]));
    key.field.set(config.servers[1], value);
    const std::string text = to_toml(config);
    EXPECT_NE(text.find("\n" + std::string(key.name) + " = " + to_toml(value) + "\n"), text.npos) << text;
    EXPECT_EQ(parse_cluster_config(text), config) << text;
    if (key.name == std::string("name")) continue;  // another server, see below
    const auto found = differences(two_servers(), config);
    ASSERT_EQ(found.size(), 1U) << key.name;
    EXPECT_EQ(found[0].key, std::string("server.beta.") + key.name);
    EXPECT_EQ(found[0].to, to_toml(value));
  }
}

// Every member of the structs has a row: a configuration that differs from the default in each is read back whole.
TEST(ClusterKeys, all_values_at_once) {
  ClusterConfig config = two_servers();
  for (const Key<ClusterConfig>& key : cluster_keys())
    key.field.set(config, another(key.type, key.field.get(config)));
  EXPECT_EQ(parse_cluster_config(to_toml(config)), config);
  EXPECT_EQ(differences(two_servers(), config).size(), cluster_keys().size());
}

TEST(ClusterKeys, a_server_more_and_a_server_less) {
  const std::vector<Difference> joined = {{"server.beta.name", "", "\"beta\""},
                                          {"server.beta.id", "", "2"},
                                          {"server.beta.address", "", "\"10.0.0.12\""},
                                          {"server.beta.replication_address", "", "\"10.1.0.12\""}};
  EXPECT_EQ(differences(one_server(), two_servers()), joined);
  std::vector<Difference> left = joined;
  for (Difference& d : left) std::swap(d.from, d.to);
  EXPECT_EQ(differences(two_servers(), one_server()), left);
  EXPECT_EQ(differences(two_servers(), two_servers()), std::vector<Difference>());
}

// What UsageError says of the configuration of one server after `change`.
std::string refusal(const std::string& piece, const std::string& other) {
  std::string text = to_toml(one_server());
  const std::size_t at = text.find(piece);
  EXPECT_NE(at, text.npos) << piece;
  try {
    parse_cluster_config(text.replace(at, piece.size(), other), "FILE");
  } catch (const UsageError& error) {
    return std::string(error.what()) + " / " + error.remedy();
  }
  return "accepted";
}

TEST(ClusterKeys, an_unknown_name_is_answered_with_the_likely_one) {
  EXPECT_EQ(refusal("threads = ", "thread = "),
            "FILE:27: unknown key 'thread' in [nfs] / did you mean 'threads'? "
            "known are: allow, lease_seconds, root_squash, stock_nfsd_may_lose_data, threads");
  EXPECT_EQ(refusal("[state]", "[state]\nramdisk = 3"),
            "FILE:22: unknown key 'ramdisk' in [state] / did you mean 'ramdisk_mib'? known are: ramdisk_mib");
  EXPECT_EQ(refusal("[state]", "[state]\nlease_seconds = 30"),
            "FILE:22: unknown key 'lease_seconds' in [state] / it belongs in [nfs]");
  EXPECT_EQ(refusal("[state]", "[state]\ncolour = 3"),
            "FILE:22: unknown key 'colour' in [state] / known are: ramdisk_mib");
  EXPECT_EQ(refusal("[state]", "[stat]\n[state]"),
            "FILE:21: unknown section [stat] / did you mean 'state'? known are: cluster, lun, nfs, server, "
            "state, vip");
}

TEST(ClusterKeys, a_version_that_is_absent_or_newer) {
  EXPECT_EQ(refusal("version = 1", ""), "accepted");
  EXPECT_EQ(refusal("version = 1", "version = 2\nsurprise = 1"),
            std::string("FILE:3: a configuration of version 2; pnfs-ha ") + PNFS_HA_VERSION +
                " knows versions up to 1 / upgrade pnfs-ha on this server");
  for (const char* version : {"0", "-1", "\"1\"", "1.0", "[]"})
    EXPECT_EQ(refusal("version = 1", std::string("version = ") + version),
              "FILE:3: version: must be a whole number, 1 or more / remove it: an absent version means 1");
}

TEST(Nearest, finds_what_was_meant_or_nothing) {
  const std::vector<std::string> known = {"router_id", "advertise", "witnesses", "id"};
  EXPECT_EQ(nearest("routerid", known), "router_id");
  EXPECT_EQ(nearest("advertised", known), "advertise");
  EXPECT_EQ(nearest("witness", known), "witnesses");
  EXPECT_EQ(nearest("router", known), "router_id");
  EXPECT_EQ(nearest("", known), "");
  EXPECT_EQ(nearest("x", known), "");
  EXPECT_EQ(nearest("priority", known), "");
  EXPECT_EQ(nearest(std::string(100'000, 'i'), known), "");
}

}  // namespace
}  // namespace pnfs_ha
