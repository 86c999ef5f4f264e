#include "session.h"

#include <cstdio>
#include <stdexcept>
#include <utility>

// Last, for libiscsi 1.20 has a macro of its own for static_assert.
// clang-format off
#include <iscsi/iscsi.h>
#include <iscsi/scsi-lowlevel.h>
// clang-format on
#undef static_assert

namespace scale {
namespace {

constexpr std::uint32_t isid = 0x5ca1e0;  // "scale"; Linux's sessions have others (open-iscsi: 00:02:3d)
constexpr int seconds = 60;               // for each answer
constexpr int tries = 10;
constexpr int no_type = 0;                      // of a reservation: a registration has none
constexpr std::uint16_t longest_reply = 65528;  // 8190 keys; ALLOCATION LENGTH has 16 bits
constexpr std::size_t header = 8;               // of READ KEYS' reply, SPC-4 6.15.2

struct Free {
  void operator()(scsi_task* task) const { scsi_free_scsi_task(task); }
};
using Task = std::unique_ptr<scsi_task, Free>;

std::string describe(const scsi_task& task) {
  char text[80];
  std::snprintf(text, sizeof text, "status %02x, sense %x/%02x/%02x", static_cast<unsigned>(task.status),
                static_cast<unsigned>(task.sense.key), static_cast<unsigned>(task.sense.ascq) >> 8U,
                static_cast<unsigned>(task.sense.ascq) & 0xffU);
  return text;
}

bool is_to_be_repeated(const scsi_task& task) {
  return task.status == SCSI_STATUS_BUSY || task.status == SCSI_STATUS_TASK_SET_FULL ||
         (task.status == SCSI_STATUS_CHECK_CONDITION && task.sense.key == SCSI_SENSE_UNIT_ATTENTION);
}

// ask: a synchronous call of libiscsi's. Returns its task, or one that has failed, or nothing.
template <typename Ask>
Task ask_until_answered(const Ask& ask) {
  Task task;
  for (int n = 0; n < tries; ++n) {
    task.reset(ask());
    if (!task || !is_to_be_repeated(*task)) break;
  }
  return task;
}

std::uint32_t number_at(const unsigned char* data) {
  std::uint32_t number = 0;
  for (int i = 0; i < 4; ++i) number = number << 8U | data[i];
  return number;
}

}  // namespace

void Session::Destroy::operator()(iscsi_context* context) const {
  iscsi_destroy_context(context);
}

Session::Session(Road road, std::uint16_t number)
    : road_(std::move(road)), number_(number), context_(iscsi_create_context(road_.initiator.c_str())) {
  iscsi_context* context = context_.get();
  if (!context) throw std::runtime_error("libiscsi makes no context for the initiator " + road_.initiator);
  iscsi_set_targetname(context, road_.target.c_str());
  iscsi_set_session_type(context, ISCSI_SESSION_NORMAL);
  iscsi_set_header_digest(context, ISCSI_HEADER_DIGEST_NONE);
  iscsi_set_timeout(context, seconds);
  iscsi_set_noautoreconnect(context, 1);
  iscsi_set_isid_random(context, isid, number);
  if (iscsi_full_connect_sync(context, road_.portal.c_str(), road_.lun) != 0)
    throw failure("cannot log in to " + road_.target + " at " + road_.portal);
}

Session::~Session() {
  iscsi_logout_sync(context_.get());
}

void Session::register_key(Key key) {
  scsi_persistent_reserve_out_basic parameters{};
  parameters.service_action_reservation_key = key;
  parameters.aptpl = road_.persistence == Persistence::through_power_loss ? 1 : 0;
  const Task task = ask_until_answered([&] {
    return iscsi_persistent_reserve_out_sync(context_.get(), road_.lun,
                                             SCSI_PERSISTENT_RESERVE_REGISTER_AND_IGNORE_EXISTING_KEY,
                                             SCSI_PERSISTENT_RESERVE_SCOPE_LU, no_type, &parameters);
  });
  if (!task || task->status != SCSI_STATUS_GOOD)
    throw failure("the LUN refuses to register a key (" + (task ? describe(*task) : "no answer") + ")");
}

std::vector<Key> Session::keys() {
  const Task task = ask_until_answered([&] {
    return iscsi_persistent_reserve_in_sync(context_.get(), road_.lun, SCSI_PERSISTENT_RESERVE_READ_KEYS,
                                            longest_reply);
  });
  if (!task || task->status != SCSI_STATUS_GOOD)
    throw failure("the LUN does not tell its keys (" + (task ? describe(*task) : "no answer") + ")");
  const auto size = static_cast<std::size_t>(task->datain.size);
  if (size < header || size - header < number_at(task->datain.data + 4))
    throw failure("the LUN's list of keys is cut off");
  std::vector<Key> keys(number_at(task->datain.data + 4) / sizeof(Key));
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const unsigned char* data = task->datain.data + header + i * sizeof(Key);
    keys[i] = static_cast<Key>(number_at(data)) << 32U | number_at(data + 4);
  }
  return keys;
}

std::runtime_error Session::failure(const std::string& what) const {
  return std::runtime_error("session " + std::to_string(number_) + " of " + road_.initiator + ": " + what +
                            ": " + iscsi_get_error(context_.get()));
}

}  // namespace scale
