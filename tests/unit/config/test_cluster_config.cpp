// /etc/pnfs-ha/cluster.toml: what is accepted, and where and how everything else is refused.
#include <algorithm>

#include "config/cluster_config.h"
#include "scene.h"

namespace pnfs_ha {
namespace {

const std::string good = R"([cluster]
name = "demo"

[lun]
device = "/dev/disk/by-id/wwn-0x6001405f00d00000000000000000cafe"

[vip]
address = "10.0.0.100/24"
interface = "eth0"

[state]

[nfs]
allow = ["10.0.0.0/24"]

[[server]]
name = "alpha"
id = 1
address = "10.0.0.11"
replication_address = "10.1.0.11"

[[server]]
name = "beta"
id = 2
address = "10.0.0.12"
replication_address = "10.1.0.12"
)";

// `good` with one piece replaced.
std::string with(const std::string& piece, const std::string& other) {
  std::string text = good;
  const std::size_t at = text.find(piece);
  EXPECT_NE(at, text.npos) << piece;
  return text.replace(at, piece.size(), other);
}

struct Refusal {
  std::string what, remedy;
};

Refusal refusal_of(const std::string& text) {
  try {
    parse_cluster_config(text, "FILE");
  } catch (const UsageError& error) {
    return {error.what(), error.remedy()};
  }
  return {"accepted", ""};
}

TEST(ClusterConfig, fills_in_what_is_not_said) {
  EXPECT_EQ(parse_cluster_config(good), two_servers());
}

TEST(ClusterConfig, round_trip) {
  ClusterConfig config = two_servers();
  EXPECT_EQ(parse_cluster_config(to_toml(config)), config);
  config.port = 7411;
  config.mount_point = "/srv/lun";
  config.standby_mount = Access::none;
  config.vip = {"fd00::64", 64};
  config.router_id = 77;
  config.ramdisk_size = 64 << 20;
  config.allow = {"10.0.0.0/24", "fd00::/64", "*"};
  config.lease_seconds = 30;
  config.stock_nfsd_may_lose_data = true;
  config.threads = 256;
  config.servers[1].replication_address = "fd01::12";
  EXPECT_EQ(parse_cluster_config(to_toml(config)), config);
}

TEST(ClusterConfig, as_it_is_written) {
  EXPECT_EQ(to_toml(one_server()), R"(# The cluster, as every server of it sees it. See pnfs-ha(8).

version = 1

[cluster]
name = "demo"
port = 7410

[lun]
device = "/dev/disk/by-id/wwn-0x6001405f00d00000000000000000cafe"
mount_point = "/srv/pnfs-ha"
standby_mount = "ro"

[vip]
address = "10.0.0.100/24"
interface = "eth0"
router_id = 51
advertise = "unicast"
witnesses = []

[state]
ramdisk_mib = 128

[nfs]
allow = [ "10.0.0.0/24" ]
lease_seconds = 15
threads = 128

[[server]]
name = "alpha"
id = 1
address = "10.0.0.11"
replication_address = "10.1.0.11"
)");
}

// Every refusal names file, line and remedy.
TEST(ClusterConfig, refuses) {
  const struct {
    const char* scenario;
    std::string text;
    const char *what, *remedy;
  } cases[] = {
      {"TOML that is none", "[cluster\n", "FILE:1: ", "correct the TOML syntax there"},
      {"a value without quotes", with("\"demo\"", "demo"), "FILE:2: ", "correct the TOML syntax there"},
      {"a key given twice", with("name = \"demo\"", "name = \"demo\"\nname = \"demo\""),
       "FILE:3: ", "correct the TOML syntax there"},
      {"a missing section", with("[state]\n", ""), "FILE:1: there is no section [state]", "add it"},
      {"a section that is a value", "nfs = 3\n" + with("[nfs]\nallow = [\"10.0.0.0/24\"]\n", ""),
       "FILE:1: there is no section [nfs]", "add it"},
      {"an unknown section", good + "\n[stonith]\n", "FILE:28: unknown section [stonith]",
       "known are: cluster, lun, nfs, server, state, vip"},
      {"an unknown key", with("[state]\n", "[state]\nramdisk = 128\n"),
       "FILE:12: unknown key 'ramdisk' in [state]", "known are: ramdisk_mib"},
      {"an unknown key of a server", good + "role = \"active\"\n", "FILE:27: unknown key 'role' in [server]",
       "known are: address, id, name, replication_address"},
      {"a missing key", with("device = ", "mount_point = "), "FILE:4: 'device' is missing", "add it"},
      {"a server without an id", with("id = 1\n", ""), "FILE:16: ", ""},
      {"nobody who may mount", with("allow = [\"10.0.0.0/24\"]\n", ""),
       "FILE:13: ", "list the clients' networks"},
      {"an empty list of them", with("[\"10.0.0.0/24\"]", "[]"), "FILE:14: nfs.allow: nobody may mount",
       "list the clients' networks"},
      {"a network that is a number", with("[\"10.0.0.0/24\"]", "[10]"),
       "FILE:14: nfs.allow: '' is no address", ""},
      {"a network that is no list", with("[\"10.0.0.0/24\"]", "\"10.0.0.0/24\""),
       "FILE:14: nfs.allow: must be a list of strings", "write it like [\"192.0.2.0/24\"]"},
      {"a network without its prefix", with("[\"10.0.0.0/24\"]", "[\"10.0.0.0\"]"),
       "FILE:14: nfs.allow: '10.0.0.0' is no address with its network's prefix",
       "write it like 192.0.2.10/24"},
      {"a number for a string", with("\"demo\"", "3"), "FILE:2: cluster.name: must be a string in quotes",
       "change it"},
      {"a string for a number", with("id = 1", "id = \"1\""), "FILE:18: server.id: must be a whole number",
       "change it"},
      {"a fraction", with("id = 1", "id = 1.5"), "FILE:18: server.id: must be a whole number", "change it"},
      {"an address that is a number", with("\"10.0.0.11\"", "10"),
       "FILE:19: server.address: must be a string in quotes", "change it"},
      {"an id out of range", with("id = 1", "id = 0"), "FILE:18: server.id: is 0, not one of 1..255",
       "change it"},
      {"an id beyond it", with("id = 1", "id = 256"), "FILE:18: server.id: is 256, not one of 1..255",
       "change it"},
      {"a name with a space", with("\"demo\"", "\"my cluster\""),
       "FILE:2: cluster.name: must be 1 to 63 letters, digits or one of -", "choose another"},
      {"no name", with("\"demo\"", "\"\""), "FILE:2: cluster.name: must be 1 to 63", "choose another"},
      {"an unstable device name", with("/dev/disk/by-id/wwn-0x6001405f00d00000000000000000cafe", "/dev/sda"),
       "FILE:5: lun.device: must be a stable name, /dev/disk/by-id/wwn-0x…",
       "`ls -l /dev/disk/by-id` lists them"},
      {"a relative mount point", with("[vip]", "mount_point = \"srv\"\n[vip]"),
       "FILE:7: lun.mount_point: must be an absolute path below /", "write it like /srv/pnfs-ha"},
      {"the root as mount point", with("[vip]", "mount_point = \"/\"\n[vip]"),
       "FILE:7: lun.mount_point: must be", ""},
      {"a read-write standby", with("[vip]", "standby_mount = \"rw\"\n[vip]"),
       "FILE:7: lun.standby_mount: must be \"ro\" or \"none\"", "change it"},
      {"a VIP that is no address", with("10.0.0.100/24", "10.0.0.300/24"),
       "FILE:8: vip.address: '10.0.0.300/24' is no address with its network's prefix",
       "write it like 192.0.2.10/24"},
      {"a VIP without prefix", with("10.0.0.100/24", "10.0.0.100"), "FILE:8: vip.address: '10.0.0.100' is no",
       ""},
      {"a prefix that is too long", with("10.0.0.100/24", "10.0.0.100/33"), "FILE:8: vip.address: ", ""},
      {"a prefix with rubbish", with("10.0.0.100/24", "10.0.0.100/24x"), "FILE:8: vip.address: ", ""},
      {"a router id beyond VRRP's", with("[state]", "router_id = 256\n[state]"),
       "FILE:11: vip.router_id: is 256, not one of 1..255", "change it"},
      {"no ramdisk", with("[state]", "[state]\nramdisk_mib = 0"),
       "FILE:12: state.ramdisk_mib: is 0, not one of 16..4096", "change it"},
      {"a negative ramdisk", with("[state]", "[state]\nramdisk_mib = -1"),
       "FILE:12: state.ramdisk_mib: is -1", ""},
      {"a port that is none", with("[lun]", "port = 65536\n[lun]"), "FILE:4: cluster.port: is 65536", ""},
      {"a risk that is no yes or no", with("[[server]]", "stock_nfsd_may_lose_data = 1\n[[server]]"),
       "FILE:16: nfs.stock_nfsd_may_lose_data: must be true or false", "change it"},
      {"too short a lease", with("[[server]]", "lease_seconds = 5\n[[server]]"),
       "FILE:16: nfs.lease_seconds: is 5, not one of 10..3600", "change it"},
      {"too few threads", with("[[server]]", "threads = 1\n[[server]]"), "FILE:16: nfs.threads: is 1", ""},
      {"no server", good.substr(0, good.find("[[server]]")), "FILE:1: there is no [[server]]",
       "add one for each server"},
      {"a server's address that is none", with("\"10.0.0.12\"", "\"beta.example.org\""),
       "FILE:25: server.address: 'beta.example.org' is no IPv4 or IPv6 address", "write it like 192.0.2.10"},
      {"the same address twice", with("\"10.0.0.12\"", "\"10.0.0.11\""),
       "FILE:25: server.address: 10.0.0.11 is used twice", "every server needs its own, and the VIP too"},
      {"a server with the VIP's address", with("\"10.0.0.12\"", "\"10.0.0.100\""),
       "FILE:25: server.address: 10.0.0.100 is used twice", "every server needs its own, and the VIP too"},
      {"the same replication address twice", with("\"10.1.0.12\"", "\"10.1.0.11\""),
       "10.1.0.11 is used twice", ""},
      {"the same name twice", with("\"beta\"", "\"alpha\""), "FILE:23: server.name: is used twice",
       "every server needs its own"},
      {"the same id twice", with("id = 2", "id = 1"), "FILE:24: server.id: is used twice",
       "every server needs its own"},
  };
  for (const auto& c : cases) {
    const Refusal refusal = refusal_of(c.text);
    EXPECT_NE(refusal.what.find(c.what), std::string::npos) << c.scenario << ": " << refusal.what;
    EXPECT_EQ(refusal.what.rfind("FILE:", 0), 0U) << c.scenario << ": " << refusal.what;
    EXPECT_NE(refusal.remedy.find(c.remedy), std::string::npos) << c.scenario << ": " << refusal.remedy;
    EXPECT_FALSE(refusal.remedy.empty()) << c.scenario;
  }
}

// A server that is called like another one's id is no duplicate.
TEST(ClusterConfig, accepts_a_server_named_by_a_number) {
  EXPECT_EQ(refusal_of(with("\"alpha\"", "\"2\"")).what, "accepted");
}

// These names go into DRBD's, keepalived's and the exports' files.
TEST(ClusterConfig, refuses_names_that_would_break_the_files_made_of_them) {
  for (const char* name : {"al pha", "al{pha", "al\\\"pha", "al\\npha", ""}) {
    EXPECT_EQ(refusal_of(with("\"alpha\"", "\"" + std::string(name) + "\"")).what.rfind("FILE:17: ", 0), 0U)
        << name;
    EXPECT_EQ(refusal_of(with("\"eth0\"", "\"" + std::string(name) + "\"")).what.rfind("FILE:9: ", 0), 0U)
        << name;
  }
  for (const char* path : {"/srv/my lun", "/srv/\\\"x", "/srv/\\nx"})
    EXPECT_EQ(refusal_of(with("[vip]", "mount_point = \"" + std::string(path) + "\"\n[vip]"))
                  .what.rfind("FILE:7: ", 0),
              0U)
        << path;
  EXPECT_EQ(refusal_of(with("cafe\"", "cafe\\\"x\"")).what.rfind("FILE:5: ", 0), 0U);
}

TEST(ClusterConfig, survives_servers_that_are_no_tables) {
  const std::string head = good.substr(0, good.find("[[server]]"));
  for (const char* servers : {"[server]\nname = \"alpha\"\n", "[[server]]\n", "[server]\n"})
    EXPECT_THROW(parse_cluster_config(head + servers), UsageError) << servers;
  for (const char* servers :
       {"server = 3\n", "server = []\n", "server = [1, 2]\n", "server = [\"alpha\"]\n", "server = [[]]\n",
        "server = \"alpha\"\n", "server = {}\n", "server = [{}]\n", "server = [{name = \"alpha\"}, 7]\n"})
    EXPECT_THROW(parse_cluster_config(servers + head), UsageError) << servers;
}

// Not one of these texts may do worse than be refused.
TEST(ClusterConfig, survives_garbage) {
  const auto survive = [](const std::string& text) {
    try {
      parse_cluster_config(text);
    } catch (const UsageError&) {
    }
  };
  for (std::size_t length = 0; length < good.size(); ++length) survive(good.substr(0, length));
  for (std::size_t i = 0; i < good.size(); ++i)
    for (const char c : {'\0', '\n', '"', '[', ']', '=', '#', '9', '\xff'}) {
      std::string text = good;
      text[i] = c;
      survive(text);
    }
  // Each value replaced by one of every type, each line left out, each line twice.
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < good.size();) {
    const std::size_t end = good.find('\n', at);
    lines.push_back(good.substr(at, end - at));
    at = end + 1;
  }
  const auto joined = [](const std::vector<std::string>& all) {
    std::string text;
    for (const std::string& line : all) text += line + "\n";
    return text;
  };
  for (std::size_t i = 0; i < lines.size(); ++i) {
    auto changed = lines;
    const std::string key = lines[i].substr(0, lines[i].find('='));
    for (const char* value : {"0", "-1", "1.5", "true", "\"\"", "[]", "[1]", "{}", "1979-05-27",
                              "9223372036854775807", "inf", "[[]]", "'''\n'''"}) {
      changed[i] = key + "= " + value;
      survive(joined(changed));
    }
    changed[i].clear();
    survive(joined(changed));
    changed[i] = lines[i] + "\n" + lines[i];
    survive(joined(changed));
  }
  survive(std::string(100'000, '['));
  survive("x = " + std::string(100'000, '['));
}

TEST(ClusterConfig, is_saved_and_loaded) {
  FakeHost host;
  EXPECT_EQ(error_of([&] { load_cluster_config(host); }),
            "/etc/pnfs-ha/cluster.toml does not exist: this server is in no cluster");
  save_cluster_config(host, two_servers());
  EXPECT_EQ(load_cluster_config(host), two_servers());
}

TEST(ClusterConfig, that_cannot_be_read_back_is_not_saved) {
  FakeHost host;
  ClusterConfig config = two_servers();
  config.servers[1].id = 1;
  EXPECT_THROW(save_cluster_config(host, config), UsageError);
  config = two_servers();
  config.servers[1].name = "be\"ta";
  EXPECT_THROW(save_cluster_config(host, config), UsageError);
  EXPECT_EQ(host.changes, Lines{});
}

}  // namespace
}  // namespace pnfs_ha
