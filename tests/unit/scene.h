// What the scenarios share: a server, the machine below it, and where it stands when a scenario begins.
#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "error_of.h"
#include "fake/fake_host.h"
#include "plan.h"

namespace pnfs_ha {

using Lines = std::vector<std::string>;

// The keys of the scenarios.
constexpr pr::Key alpha_key = 0x7048410000000001, beta_key = 0x7048410000000002;
constexpr pr::Key alpha_serving = 0x7048530000000001, beta_serving = 0x7048530000000002;
constexpr pr::Key client_key = 0x6a5f3c1100000007;  // as nfsd gives them: its start time, a number

inline const Sequence::Observer nobody = [](const std::string&, const Act&, Sequence::Event,
                                            const std::string&) {};

// alpha, unless the test says otherwise.
struct Scene {
  explicit Scene(const ClusterConfig& config = two_servers()) : server(host, config) {}

  FakeHost host;
  Server server;
};

const Act& act(const Sequence& sequence, StepId step);

// The head of the Error that a step's failure becomes: "takeover: cannot mount the LUN read-write (8): ". An
// undo's has the name of the unwinding: "release: cannot …", or, if `undone_in` says so, of the sequence that
// failed. Tests compare identities, so that a better sentence changes none of them.
std::string cannot(const Sequence& sequence, StepId step);
enum class UndoneIn { unwinding, run };
std::string cannot_undo(const Sequence& sequence, StepId step, UndoneIn undone_in = UndoneIn::unwinding);

// What an initiator port sends to the LUN; unit attentions are repeated. Whether the LUN says GOOD.
bool send(FakeLun& lun, const FakeLun::Port& port, pr::Action action, pr::Key own, pr::Key argument);

// beta is active: it holds the reservation under its serving key, and a client does direct I/O.
void let_beta_be_active(FakeHost& host);

// alpha as standby beside an active beta.
std::unique_ptr<Scene> standby(const ClusterConfig& config = two_servers());

// The same, a moment after beta lost its power.
std::unique_ptr<Scene> widowed(const ClusterConfig& config = two_servers());

// alpha as active, its peer gone.
std::unique_ptr<Scene> active();

// What beta's takeover does to the LUN.
void let_beta_take_over(FakeHost& host);

}  // namespace pnfs_ha
