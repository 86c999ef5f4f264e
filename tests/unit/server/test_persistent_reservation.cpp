// The bytes of SCSI persistent reservations.
#include <gtest/gtest.h>

#include <sstream>

#include "base/error.h"
#include "server/persistent_reservation.h"

namespace pnfs_ha::pr {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes bytes(const std::string& hex) {
  std::istringstream words(hex);
  words >> std::hex;
  Bytes result;
  for (unsigned byte = 0; words >> byte;) result.push_back(static_cast<std::uint8_t>(byte));
  return result;
}

// LIO, two iSCSI sessions: nfsd's key on the server that holds the reservation, a client's on another.
const char* const lio_reply =
    "00 00 00 07 00 00 00 98 01 00 00 00 00 00 00 00 00 00 00 00 01 06 00 00 00 00 00 01 00 00 00 34 "
    "45 00 00 30 69 71 6e 2e 32 30 32 36 2d 30 31 2e 6f 72 67 2e 65 78 61 6d 70 6c 65 3a 61 6c 70 68 "
    "61 2c 69 2c 30 78 30 30 30 32 33 64 30 30 30 30 30 31 00 00 6a 5f 3c 11 00 00 00 07 00 00 00 00 "
    "00 00 00 00 00 00 00 01 00 00 00 34 45 00 00 30 69 71 6e 2e 31 39 39 33 2d 30 38 2e 6f 72 67 2e "
    "64 65 62 69 61 6e 3a 30 31 3a 35 61 32 66 2c 69 2c 30 78 30 30 30 32 33 64 30 30 30 30 30 33 00";

// An array with a Fibre Channel and a SAS initiator; the latter holds.
const char* const array_reply =
    "00 00 00 03 00 00 00 60 70 48 41 00 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 01 00 00 00 18 "
    "00 00 00 00 00 00 00 00 10 00 00 90 fa 94 27 79 00 00 00 00 00 00 00 00 70 48 41 00 00 00 00 02 "
    "00 00 00 00 01 06 00 00 00 00 00 02 00 00 00 18 06 00 00 00 50 00 c5 00 a1 b2 c3 d4 00 00 00 00 "
    "00 00 00 00 00 00 00 00";

TEST(ReserveOut, bytes_of_each_service_action) {
  constexpr Key own = 0x7048410000000001, other = 0x0100000000000000;
  const struct {
    Action action;
    const char *cdb, *parameters;
  } cases[] = {
      {Action::register_key, "5f 00 00 00 00 00 00 00 18 00",
       "70 48 41 00 00 00 00 01 01 00 00 00 00 00 00 00 00 00 00 00 01 00 00 00"},
      {Action::reserve, "5f 01 06 00 00 00 00 00 18 00",
       "70 48 41 00 00 00 00 01 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"},
      {Action::release, "5f 02 06 00 00 00 00 00 18 00",
       "70 48 41 00 00 00 00 01 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"},
      {Action::preempt_and_abort, "5f 05 06 00 00 00 00 00 18 00",
       "70 48 41 00 00 00 00 01 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"},
      {Action::register_and_ignore_existing_key, "5f 06 00 00 00 00 00 00 18 00",
       "70 48 41 00 00 00 00 01 01 00 00 00 00 00 00 00 00 00 00 00 01 00 00 00"},
  };
  for (const auto& c : cases) {
    const ScsiCommand command = reserve_out(c.action, own, other);
    EXPECT_EQ(command.cdb, bytes(c.cdb));
    EXPECT_EQ(command.data_out, bytes(c.parameters));
    EXPECT_EQ(command.data_in, 0U);
  }
}

TEST(ReserveIn, bytes) {
  EXPECT_EQ(read_full_status().cdb, bytes("5e 03 00 00 00 00 00 20 00 00"));
  EXPECT_EQ(report_capabilities().cdb, bytes("5e 02 00 00 00 00 00 20 00 00"));
  EXPECT_EQ(read_full_status().data_in, 0x2000U);
  EXPECT_EQ(read_full_status(longest_reply).cdb, bytes("5e 03 00 00 00 00 00 ff f8 00"));
  EXPECT_TRUE(read_full_status().data_out.empty());
}

TEST(FullStatus, of_lio_names_iscsi_initiators_without_their_isid) {
  EXPECT_EQ(parse_full_status(bytes(lio_reply)),
            (std::vector<Registration>{{.key = 0x0100000000000000,
                                        .holder = true,
                                        .type = Type::exclusive_access_registrants_only,
                                        .initiator = "iqn.2026-01.org.example:alpha"},
                                       {.key = 0x6a5f3c1100000007,
                                        .holder = false,
                                        .type = Type{},
                                        .initiator = "iqn.1993-08.org.debian:01:5a2f"}}));
}

TEST(FullStatus, names_fibre_channel_and_sas_ports) {
  EXPECT_EQ(
      parse_full_status(bytes(array_reply)),
      (std::vector<Registration>{
          {.key = 0x7048410000000001, .holder = false, .type = Type{}, .initiator = "fc:10000090fa942779"},
          {.key = 0x7048410000000002,
           .holder = true,
           .type = Type::exclusive_access_registrants_only,
           .initiator = "sas:5000c500a1b2c3d4"}}));
}

TEST(FullStatus, of_a_lun_without_registrations) {
  EXPECT_TRUE(parse_full_status(bytes("00 00 00 2a 00 00 00 00")).empty());
}

TEST(FullStatus, ignores_what_lies_behind_the_announced_length) {
  Bytes reply = bytes("00 00 00 2a 00 00 00 00");
  reply.resize(512, 0xff);
  EXPECT_TRUE(parse_full_status(reply).empty());
}

TEST(FullStatus, cut_off_anywhere_is_an_error) {
  for (const char* whole : {lio_reply, array_reply})
    for (std::size_t length = 0; length < bytes(whole).size(); ++length) {
      Bytes reply = bytes(whole);
      reply.resize(length);
      reply.shrink_to_fit();
      EXPECT_THROW(parse_full_status(reply), Error) << length << " bytes";
    }
}

TEST(FullStatus, with_an_absurd_length_inside_is_an_error) {
  for (const char* length : {"00 00 00 00", "00 00 00 03", "7f ff ff ff", "ff ff ff ff"}) {
    Bytes reply = bytes(lio_reply);
    const Bytes field = bytes(length);
    std::copy(field.begin(), field.end(), reply.begin() + 28);  // additional descriptor length
    EXPECT_THROW(parse_full_status(reply), Error) << length;
  }
  Bytes reply = bytes(lio_reply);
  reply[4] = 0xff;  // additional length
  EXPECT_THROW(parse_full_status(reply), Error);
}

TEST(Capabilities, of_lio_and_of_a_target_that_lacks_something) {
  const auto of = [](const char* hex) {
    const Capabilities can = parse_capabilities(bytes(hex));
    return std::pair(can.persist_through_power_loss, can.exclusive_access_registrants_only);
  };
  EXPECT_EQ(of("00 08 11 81 ea 01 00 00"), std::pair(true, true));
  EXPECT_EQ(of("00 08 10 81 ea 01 00 00"), std::pair(false, true));  // no PTPL_C
  EXPECT_EQ(of("00 08 11 81 aa 01 00 00"), std::pair(true, false));  // the type mask lacks it
  EXPECT_EQ(of("00 08 11 01 00 00 00 00"), std::pair(true, true));   // there is no type mask
  EXPECT_THROW(parse_capabilities(bytes("00 08 11")), Error);
}

TEST(Reply, is_judged_by_status_and_sense) {
  const struct {
    const char* scenario;
    std::uint8_t status;
    const char* sense;
    Verdict verdict;
    const char* description;
  } cases[] = {
      {"good", 0x00, "", Verdict::good, "GOOD"},
      {"conflict", 0x18, "", Verdict::conflict, "RESERVATION CONFLICT"},
      {"fixed format, reservations preempted", 0x02, "70 00 06 00 00 00 00 0a 00 00 00 00 2a 03 00 00 00 00",
       Verdict::unit_attention, "status 02h, sense 6/2A/03: reservations preempted"},
      {"fixed format, deferred", 0x02, "f1 00 06 00 00 00 00 0a 00 00 00 00 29 00", Verdict::unit_attention,
       "status 02h, sense 6/29/00: power on or reset"},
      {"descriptor format, registrations preempted", 0x02, "72 06 2a 05 00 00 00 00", Verdict::unit_attention,
       "status 02h, sense 6/2A/05: registrations preempted"},
      {"descriptor format, released", 0x02, "72 06 2a 04", Verdict::unit_attention,
       "status 02h, sense 6/2A/04: reservations released"},
      {"a disk without reservations", 0x02, "70 00 05 00 00 00 00 0a 00 00 00 00 20 00", Verdict::failed,
       "status 02h, sense 5/20/00: the LUN does not know this command"},
      {"LIO without a directory for them", 0x02, "72 04 08 00", Verdict::failed,
       "status 02h, sense 4/08/00: logical unit communication failure; can the target store registrations?"},
      {"busy", 0x08, "", Verdict::failed, "status 08h, sense 0/00/00"},
      {"cut off sense", 0x02, "70 00", Verdict::failed, "status 02h, sense 0/00/00"},
  };
  for (const auto& c : cases) {
    const ScsiReply reply{.status = c.status, .sense = bytes(c.sense), .data = {}};
    EXPECT_EQ(judge(reply), c.verdict) << c.scenario;
    EXPECT_EQ(describe(reply), c.description) << c.scenario;
  }
}

TEST(Names, of_keys_and_types) {
  EXPECT_EQ(to_string(Key{0x0100000000000000}), "0x0100000000000000");
  EXPECT_EQ(to_string(Key{7}), "0x0000000000000007");
  EXPECT_EQ(to_string(Type::exclusive_access_registrants_only), "Exclusive Access - Registrants Only");
  EXPECT_EQ(to_string(Type{2}), "type 2");
}

}  // namespace
}  // namespace pnfs_ha::pr
