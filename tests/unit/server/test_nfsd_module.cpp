// Which nfsd a server has, and whether its kernel would take it.
#include "control/token.h"
#include "scene.h"
#include "server/nfsd_module.h"

namespace pnfs_ha {
namespace {

const std::string lockdown = "/sys/kernel/security/lockdown";
const std::string stock =
    "stock nfsd: whatever clients wrote directly and had not committed is lost when the active dies, "
    "although "
    "their fsync() succeeds afterwards; and a server that lost the LUN can let itself in again";
const std::string updates = "/lib/modules/6.12.118+deb13-amd64/updates/dkms/nfsd.ko";

// What modinfo(8) tells of the patched module that dkms built.
class NfsdModuleTest : public testing::Test {
 protected:
  NfsdModuleTest() {
    host.module_fields = {{"filename", updates + "\n"},
                          {"parm",
                           "nfs4_disable_idmapping:Turn off server's NFSv4 idmapping\n"
                           "late_layoutcommit:accept LAYOUTCOMMIT for layouts that a restart lost (bool)\n"
                           "mds_pr_key:this server's key (ullong)\n"}};
  }
  void lock_down() { host.files[lockdown] = "none [integrity] confidentiality\n"; }
  void sign(const std::string& signer) {
    host.module_fields["sig_id"] = "PKCS#7\n";
    host.module_fields["signer"] = signer + "\n";
  }
  std::string verdict() {
    return error_of([&] { require_patched_nfsd(host); });
  }
  FakeHost host;
};

TEST_F(NfsdModuleTest, that_would_be_loaded) {
  EXPECT_EQ(verdict(), "");
  host.module_fields["parm"] = "late_layoutcommit:accept LAYOUTCOMMIT (bool)\n";
  EXPECT_EQ(verdict(), stock);
  host.module_fields["parm"] = "mds_pr_key:this server's key (ullong)\n";
  EXPECT_EQ(verdict(), stock);
  host.module_fields.erase("parm");
  EXPECT_EQ(verdict(), stock);
}

// C8: the next restart is into the newest kernel, whose module dkms could not build.
TEST_F(NfsdModuleTest, of_every_kernel_that_may_be_booted) {
  const std::string now = "6.12.118+deb13-amd64", next = "7.1.2+deb13-amd64",
                    removed = "6.12.100+deb13-amd64";
  for (const std::string& kernel : {now, next, removed}) {
    host.directories.insert("/lib/modules/" + kernel);
    host.module_fields["parm of " + kernel] = kernel == now ? host.module_fields["parm"] : "";
    if (kernel != removed) host.files["/boot/vmlinuz-" + kernel] = "";
  }
  host.directories.insert("/lib/modules");
  EXPECT_EQ(kernels_without_patched_nfsd(host), Lines{next});
}

// dkms built the module while stock nfsd was loaded.
TEST_F(NfsdModuleTest, that_is_loaded_tells_for_itself) {
  host.modules = {"nfsd"};
  EXPECT_EQ(verdict(), "");
  host.files["/sys/module/nfsd/parameters/late_layoutcommit"] = "N\n";
  EXPECT_EQ(verdict(), stock);
  host.be_stock_nfsd();
  EXPECT_EQ(verdict(), stock);
  host.modules.clear();
  host.module_fields.clear();
  host.files["/sys/module/nfsd/parameters/late_layoutcommit"] = "Y\n";
  EXPECT_EQ(verdict(), stock);
}

// It hides the kernel's own from modprobe, so that there is no nfsd at all.
TEST_F(NfsdModuleTest, that_is_not_signed_is_refused_under_lockdown) {
  lock_down();
  EXPECT_EQ(verdict(), "the kernel would refuse " + updates +
                           ", which is not signed (lockdown: integrity): without it there is no nfsd at all");
  host.files[lockdown] = "[none] integrity confidentiality\n";
  EXPECT_EQ(verdict(), "");
  host.files["/sys/module/module/parameters/sig_enforce"] = "Y\n";
  EXPECT_NE(verdict().find("(module.sig_enforce)"), std::string::npos);
}

TEST_F(NfsdModuleTest, that_is_signed_by_a_key_that_nobody_enrolled_is_refused_as_well) {
  lock_down();
  sign("DKMS module signing key");
  EXPECT_EQ(verdict(), "");  // this kernel tells of no keys
  host.files["/proc/keys"] =
      "0d8a1b3c I------     1 perm 1f030000     0     0 asymmetri Debian Secure Boot CA: "
      "6ccece7e4c6c0d1f6149f3dd27dfcc5cbb419ea1: X509.rsa cc5cbb419ea1 []\n";
  EXPECT_EQ(verdict(),
            "the kernel would refuse " + updates +
                ", which is signed by 'DKMS module signing key', a key that it does not trust (lockdown: "
                "integrity): without it there is no nfsd at all");
  host.files["/proc/keys"] +=
      "1f8a1b3c I------     1 perm 1f030000     0     0 asymmetri DKMS module signing key: 9a52: X509.rsa 52 "
      "[]\n";
  EXPECT_EQ(verdict(), "");
}

TEST_F(NfsdModuleTest, that_is_part_of_the_kernel_needs_no_signature) {
  lock_down();
  host.module_fields["filename"] = "(builtin)\n";
  EXPECT_EQ(verdict(), "");
}

// --- in the plan ---

// A server that cannot serve must not stop the one that does.
TEST(StockNfsd, is_not_brought_up_unless_the_administrator_said_so) {
  Scene s;
  let_beta_be_active(s.host);
  s.host.be_stock_nfsd();
  EXPECT_EQ(error_of([&] { bring_up(s.server).run(nobody); }),
            cannot(bring_up(s.server), StepId::check_nfsd) + stock);
  s.server.config.stock_nfsd_may_lose_data = true;
  EXPECT_EQ(error_of([&] { bring_up(s.server).run(nobody); }), "");
}

TEST(StockNfsd, is_what_the_next_server_joins_with) {
  ClusterConfig config = one_server();
  config.stock_nfsd_may_lose_data = true;
  EXPECT_TRUE(
      parse_cluster_config(to_toml(with_server(config, two_servers().servers[1]))).stock_nfsd_may_lose_data);
}

TEST(StockNfsd, takes_no_key) {
  Scene s;
  s.host.be_stock_nfsd();
  EXPECT_EQ(error_of([&] { s.server.nfs.set_reservation_key(alpha_serving); }),
            "stock nfsd takes no key of this server: once preempted, it could let itself in again");
  EXPECT_EQ(error_of([&] { s.server.nfs.set_reservation_key(0); }), "");
}

TEST(NfsdKey, is_read_back) {
  Scene s;
  s.server.nfs.set_reservation_key(alpha_serving);
  s.server.nfs.set_reservation_key(alpha_serving);
  EXPECT_EQ(s.host.changes, Lines{"set /sys/module/nfsd/parameters/mds_pr_key to 0x7048530000000001"});
  EXPECT_EQ(s.host.text("/sys/module/nfsd/parameters/mds_pr_key"), "8090807990036201473\n");
  s.host.files["/sys/module/nfsd/parameters/mds_pr_key"] = "(null)\n";
  EXPECT_NE(error_of([&] { s.server.nfs.set_reservation_key(alpha_serving); }), "");
}

}  // namespace
}  // namespace pnfs_ha
