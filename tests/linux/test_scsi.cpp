// SCSI commands through the kernel's interface. The disk is a stand-in: a file whose SG_IO is answered here.
#include <gtest/gtest.h>
#include <scsi/sg.h>
#include <sys/syscall.h>

#include <cstdarg>
#include <cstring>
#include <fstream>
#include <future>
#include <latch>
#include <thread>

#include "error_of.h"
#include "fake/fake_lun.h"
#include "linux/linux_host.h"
#include "temporary.h"

namespace {

// What answers SG_IO; 0 or an errno.
std::function<int(sg_io_hdr_t&)> disk;

}  // namespace

// In place of libc's.
extern "C" int ioctl(int fd, unsigned long request, ...) noexcept {
  std::va_list arguments;
  va_start(arguments, request);
  void* argument = va_arg(arguments, void*);
  va_end(arguments);
  if (request != SG_IO) return static_cast<int>(syscall(SYS_ioctl, fd, request, argument));
  errno = disk(*static_cast<sg_io_hdr_t*>(argument));
  return errno == 0 ? 0 : -1;
}

namespace pnfs_ha {
namespace {

using namespace std::chrono_literals;
using Bytes = std::vector<std::uint8_t>;

class ScsiTest : public testing::Test {
 protected:
  ScsiTest() : device(directory / "disk") { std::ofstream(device).close(); }
  ~ScsiTest() override { disk = {}; }

  static void fill(void* to, const Bytes& bytes) { std::memcpy(to, bytes.data(), bytes.size()); }

  TemporaryDirectory directory;
  Path device;
  LinuxHost host;
};

TEST_F(ScsiTest, the_bytes_of_a_question_and_of_its_answer) {
  disk = [](sg_io_hdr_t& header) {
    EXPECT_EQ(header.interface_id, 'S');
    EXPECT_EQ(Bytes(header.cmdp, header.cmdp + header.cmd_len), (Bytes{0x12, 1, 0x83, 0, 8, 0}));
    EXPECT_EQ(header.dxfer_direction, SG_DXFER_FROM_DEV);
    EXPECT_EQ(header.dxfer_len, 8U);
    fill(header.dxferp, {1, 2, 3});
    header.resid = 5;
    return 0;
  };
  const ScsiReply reply = host.scsi(device, {.cdb = {0x12, 1, 0x83, 0, 8, 0}, .data_out = {}, .data_in = 8});
  EXPECT_EQ(reply.status, 0);
  EXPECT_EQ(reply.data, (Bytes{1, 2, 3}));
  EXPECT_EQ(reply.sense, Bytes{});
}

TEST_F(ScsiTest, data_that_are_sent) {
  disk = [](sg_io_hdr_t& header) {
    EXPECT_EQ(header.dxfer_direction, SG_DXFER_TO_DEV);
    const auto* data = static_cast<const std::uint8_t*>(header.dxferp);
    EXPECT_EQ(Bytes(data, data + header.dxfer_len), (Bytes{7, 8}));
    return 0;
  };
  EXPECT_EQ(host.scsi(device, {.cdb = {0x5f}, .data_out = {7, 8}}).status, 0);
}

// SAM-5 5.3: CHECK CONDITION and RESERVATION CONFLICT are answers; DRIVER_SENSE only announces the sense data.
TEST_F(ScsiTest, an_answer_that_says_no_is_an_answer) {
  disk = [](sg_io_hdr_t& header) {
    header.status = 0x02;
    header.driver_status = 0x08;
    fill(header.sbp, {0x70, 0, 0x06});
    header.sb_len_wr = 3;
    return 0;
  };
  const ScsiReply reply = host.scsi(device, {.cdb = {0}, .data_out = {}});
  EXPECT_EQ(reply.status, 0x02);
  EXPECT_EQ(reply.sense, (Bytes{0x70, 0, 0x06}));
}

TEST_F(ScsiTest, no_answer_is_an_error) {
  disk = [](sg_io_hdr_t& header) {
    header.host_status = 1;  // DID_NO_CONNECT
    return 0;
  };
  EXPECT_EQ(error_of([&] { host.scsi(device, {.cdb = {0}, .data_out = {}}); }),
            device.string() + " did not answer a SCSI command (host status 1, driver status 0)");
  disk = [](sg_io_hdr_t&) { return ENXIO; };
  EXPECT_EQ(error_of([&] { host.scsi(device, {.cdb = {0}, .data_out = {}}); }),
            "cannot send a SCSI command to " + device.string() + ": No such device or address");
  EXPECT_EQ(error_of([&] { host.scsi(directory / "none", {.cdb = {0}, .data_out = {}}); }),
            "cannot open " + (directory / "none").string() + ": No such file or directory");
}

// A kernel that waits for its transport holds a command back for minutes, and nobody may interrupt it.
TEST_F(ScsiTest, who_asks_waits_no_longer_than_it_likes) {
  const auto answer = std::make_shared<std::promise<void>>();
  const auto answered = answer->get_future().share();
  const auto given_back = std::make_shared<std::promise<void>>();
  disk = [answered, given_back](sg_io_hdr_t&) {
    answered.wait();
    given_back->set_value();
    return 0;
  };
  const ScsiCommand question{.cdb = {0}, .data_out = {}, .timeout = 100ms};
  LinuxHost bounded(LinuxHost::Calls::bounded);
  EXPECT_EQ(error_of([&] { bounded.scsi(device, question); }), device.string() + " does not answer");
  EXPECT_EQ(error_of([&] { bounded.scsi(device, question); }), device.string() + " does not answer");
  EXPECT_EQ(bounded.unfinished(), std::nullopt);  // it changes nothing

  // A disk that came back under another name is another disk.
  const Path other = directory / "other";
  std::ofstream(other).close();
  std::filesystem::create_symlink(other, directory / "by-id");
  const auto hanging = std::exchange(disk, [](sg_io_hdr_t&) { return 0; });
  EXPECT_EQ(
      error_of([&] { bounded.scsi(directory / "by-id", {.cdb = {0}, .data_out = {}, .timeout = 10s}); }), "");
  answer->set_value();
  given_back->get_future().wait();
  EXPECT_TRUE(bounded.wait_until(
      [&] {
        return error_of([&] { bounded.scsi(device, {.cdb = {0}, .data_out = {}, .timeout = 10s}); }).empty();
      },
      1min));
}

// A LUN that is slow: who looks is given the answer to what it asked before, with the time of the question.
TEST_F(ScsiTest, a_late_answer_is_not_lost) {
  disk = [](sg_io_hdr_t&) {
    std::this_thread::sleep_for(300ms);
    return 0;
  };
  const ScsiCommand question{.cdb = {0x5e}, .data_out = {}, .timeout = 10ms, .may_be_earlier = true};
  const auto began = host.uptime();
  EXPECT_THROW(host.scsi(device, question), Unanswered);
  ScsiCommand patient = question;
  patient.timeout = 1min;
  const ScsiReply reply = host.scsi(device, patient);
  EXPECT_GE(reply.took, 300ms);
  EXPECT_LE(reply.asked_at, host.uptime() - reply.took);
  EXPECT_GE(reply.asked_at, began);
  // What must be true now is asked now.
  const auto now = host.uptime();
  EXPECT_GE(host.scsi(device, {.cdb = {0x5e}, .data_out = {}, .timeout = 1min}).asked_at, now);
}

// A slow LUN takes no longer for two.
TEST_F(ScsiTest, questions_beside_each_other_are_sent_at_once) {
  std::latch both(2);
  disk = [&](sg_io_hdr_t& header) {
    both.arrive_and_wait();
    fill(header.dxferp, {header.cmdp[0]});
    return 0;
  };
  ScsiCommand first{.cdb = {1}, .data_out = {}, .data_in = 1, .timeout = 1min};
  ScsiCommand second{.cdb = {2}, .data_out = {}, .data_in = 1};
  first.beside = {second};
  const ScsiReply reply = host.scsi(device, first);
  EXPECT_EQ(reply.data, Bytes{1});
  ASSERT_EQ(reply.beside.size(), 1U);
  EXPECT_EQ(reply.beside.front().data, Bytes{2});
  EXPECT_LE(reply.asked_at, reply.beside.front().asked_at);
  // One that is not GOOD speaks for all.
  disk = [](sg_io_hdr_t& header) {
    header.status = header.cmdp[0] == 1 ? 0 : 0x18;
    return 0;
  };
  EXPECT_EQ(host.scsi(device, first).status, 0x18);
}

// The commands of the product, through the kernel's interface, to a LUN that keeps to SPC-4.
TEST_F(ScsiTest, registrations_of_a_LUN_that_keeps_to_SPC_4) {
  FakeLun lun;
  disk = [&](sg_io_hdr_t& header) {
    ScsiCommand command{.cdb = Bytes(header.cmdp, header.cmdp + header.cmd_len), .data_out = {}};
    const auto* data = static_cast<const std::uint8_t*>(header.dxferp);
    if (header.dxfer_direction == SG_DXFER_TO_DEV) command.data_out.assign(data, data + header.dxfer_len);
    if (header.dxfer_direction == SG_DXFER_FROM_DEV) command.data_in = header.dxfer_len;
    const ScsiReply reply = lun.execute("iqn.x:alpha,i,0x1", command);
    header.status = reply.status;
    fill(header.sbp, reply.sense);
    header.sb_len_wr = static_cast<unsigned char>(reply.sense.size());
    if (command.data_in > 0) fill(header.dxferp, reply.data);
    header.resid = static_cast<int>(command.data_in - reply.data.size());
    return 0;
  };
  EXPECT_EQ(
      host.scsi(device, pr::reserve_out(pr::Action::register_and_ignore_existing_key, 0, 0x7048)).status, 0);
  EXPECT_EQ(lun.text(), (std::vector<std::string>{"0x0000000000007048 iqn.x:alpha,i,0x1"}));
}

}  // namespace
}  // namespace pnfs_ha
