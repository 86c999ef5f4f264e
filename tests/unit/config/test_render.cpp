// The files made for the programs around the agent, in full.
#include "config/mirror_secret.h"
#include "config/render.h"
#include "scene.h"

namespace pnfs_ha {
namespace {

// What the templates say besides the values is the overlay's affair: comments are left out.
std::string essence(const std::string& text) {
  std::istringstream lines(text);
  std::string kept;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t first = line.find_first_not_of(' ');
    if (first != line.npos && line[first] != '#') kept += line + "\n";
  }
  return kept;
}

class RenderTest : public testing::Test {
 protected:
  FakeHost host;
  ClusterConfig config = two_servers();

  std::string written(const char* path) {
    write_configuration(host, config, config.servers.front());
    return essence(host.text(path));
  }
};

TEST_F(RenderTest, nfs_conf) {
  EXPECT_EQ(written("/etc/nfs.conf.d/pnfs-ha.conf"), R"([nfsd]
vers3=n
vers4=y
vers4.0=n
vers4.1=y
vers4.2=y
udp=n
tcp=y
lease-time=15
grace-time=15
[mountd]
manage-gids=n
[nfsdcld]
storagedir=/var/lib/nfs/nfsdcld
)");
}

// Its keys are patterns of units, its values whether it may restart them unasked.
TEST_F(RenderTest, needrestart) {
  EXPECT_EQ(written("/etc/needrestart/conf.d/pnfs-ha.conf"), "$nrconf{override_rc}{qr(^pnfs-ha-)} = 0;\n");
}

TEST_F(RenderTest, exports) {
  config.allow = {"10.0.0.0/24", "fd00::/64", "*"};
  EXPECT_EQ(
      written("/etc/exports.d/pnfs-ha.exports"),
      "/srv/pnfs-ha/export "
      "10.0.0.0/24(rw,sync,pnfs,fsid=0,mountpoint=/srv/"
      "pnfs-ha,no_subtree_check,no_root_squash,insecure,sec=sys)\n"
      "/srv/pnfs-ha/export "
      "fd00::/64(rw,sync,pnfs,fsid=0,mountpoint=/srv/"
      "pnfs-ha,no_subtree_check,no_root_squash,insecure,sec=sys)\n"
      "/srv/pnfs-ha/export "
      "*(rw,sync,pnfs,fsid=0,mountpoint=/srv/pnfs-ha,no_subtree_check,no_root_squash,insecure,sec=sys)\n");
}

TEST_F(RenderTest, exports_to_roots_that_are_nobody) {
  config.root_squash = true;
  EXPECT_NE(written("/etc/exports.d/pnfs-ha.exports").find(",root_squash,"), std::string::npos);
}

TEST_F(RenderTest, drbd_resource) {
  EXPECT_EQ(written("/etc/drbd.d/pnfs-ha.res"), R"(resource pnfs-ha {
  device /dev/drbd0 minor 0;
  disk /dev/zram0;
  meta-disk internal;
  options {
    on-no-data-accessible io-error;
  }
  disk {
    on-io-error detach;
    disk-flushes no;
    md-flushes no;
    disk-barrier no;
    c-plan-ahead 0;
    resync-rate 200M;
    c-min-rate 0;
    fencing dont-care;
  }
  net {
    protocol C;
    allow-two-primaries no;
    timeout 20;
    ping-int 3;
    ping-timeout 5;
    connect-int 3;
    ko-count 2;
    after-sb-0pri discard-zero-changes;
    after-sb-1pri discard-secondary;
    after-sb-2pri disconnect;
  }
  floating ipv4 10.1.0.11:7789 {}
  floating ipv4 10.1.0.12:7789 {}
}
)");
}

TEST_F(RenderTest, drbd_resource_over_ipv6) {
  config.servers[0].replication_address = "fd01::11";
  config.servers[1].replication_address = "fd01::12";
  const std::string text = written("/etc/drbd.d/pnfs-ha.res");
  EXPECT_EQ(text.substr(text.find("  floating")), R"(  floating ipv6 [fd01::11]:7789 {}
  floating ipv6 [fd01::12]:7789 {}
}
)");
}

// DRBD insists on a peer.
TEST_F(RenderTest, drbd_resource_of_a_cluster_of_one) {
  config = one_server();
  const std::string text = written("/etc/drbd.d/pnfs-ha.res");
  EXPECT_EQ(text.substr(text.find("  floating")), R"(  floating ipv4 10.1.0.11:7789 {}
  floating ipv4 127.0.0.2:7788 {}
}
)");
}

// What goes raw into DRBD's file comes from the first server, and may be forged.
TEST_F(RenderTest, shared_secret_of_the_mirror) {
  MirrorSecret::save(host, "c0ffee");
  EXPECT_NE(written("/etc/drbd.d/pnfs-ha.res")
                .find("    cram-hmac-alg sha256;\n    shared-secret \"c0ffee\";\n  }\n"),
            std::string::npos);
  for (const char* secret :
       {"\"; } handlers {", "C0FFEE", "c0ffee\n0", "0123456789012345678901234567890123456789012345678"}) {
    EXPECT_THROW(MirrorSecret::save(host, secret), Error) << secret;
    host.files[MirrorSecret::path] = secret;
    EXPECT_THROW(MirrorSecret::read(host), Error) << secret;
  }
}

TEST_F(RenderTest, keepalived_conf) {
  EXPECT_EQ(written("/etc/pnfs-ha/keepalived.conf"), R"(global_defs {
  router_id alpha
  vrrp_version 3
  vrrp_notify_fifo /run/pnfs-ha/vrrp
  vrrp_check_unicast_src
  vrrp_garp_master_repeat 5
  vrrp_garp_master_delay 2
  vrrp_garp_master_refresh 5
  vrrp_garp_master_refresh_repeat 1
}
track_file out-of-election {
  file /run/pnfs-ha/out-of-election
  weight -254
}
vrrp_track_process agent {
  process /usr/sbin/pnfs-ha agent
  full_command
  weight 0
  quorum 1
  terminate_delay 5
}
vrrp_instance pnfs-ha {
  state BACKUP
  nopreempt
  interface eth0
  virtual_router_id 51
  priority 200
  advert_int 1
  unicast_src_ip 10.0.0.11
  unicast_peer {
    10.0.0.12
  }
  virtual_ipaddress {
    10.0.0.100/24 dev eth0
  }
  track_file {
    out-of-election
  }
  track_process {
    agent
  }
}
)");
}

// Later peers are no reason for keepalived to give up the VIP.
TEST_F(RenderTest, keepalived_conf_of_the_only_server_is_unicast_as_well) {
  config = one_server();
  EXPECT_NE(written("/etc/pnfs-ha/keepalived.conf")
                .find("  unicast_src_ip 10.0.0.11\n  unicast_peer {\n    10.0.0.100\n  }\n"),
            std::string::npos);
}

TEST_F(RenderTest, writes_only_what_changed) {
  write_configuration(host, config, config.servers.front());
  host.changes.clear();
  write_configuration(host, config, config.servers.front());
  EXPECT_EQ(host.changes, Lines{});
  config.allow = {"*"};
  write_configuration(host, config, config.servers.front());
  EXPECT_EQ(host.changes, Lines{"write /etc/exports.d/pnfs-ha.exports"});
}

TEST_F(RenderTest, misses_a_template) {
  host.files.erase("/usr/share/pnfs-ha/exports.in");
  EXPECT_EQ(error_of([&] { write_configuration(host, config, config.servers.front()); }),
            "/usr/share/pnfs-ha/exports.in is missing");
}

TEST(Render, replaces_every_placeholder) {
  EXPECT_EQ(render("@A@, @B_C@ and @A@", {{"A", "one"}, {"B_C", "@A@"}}), "one, @A@ and one");
  EXPECT_EQ(render("user@example.org @open @a@ @", {}), "user@example.org @open @a@ @");
  EXPECT_EQ(render("", {}), "");
}

TEST(Render, refuses_a_placeholder_without_value) {
  const std::map<std::string, std::string> values = {{"A", "one"}};
  EXPECT_EQ(error_of([&] { render("x = @NOBODY_KNOWS@", values); }),
            "a template asks for @NOBODY_KNOWS@, which has no value");
}

}  // namespace
}  // namespace pnfs_ha
