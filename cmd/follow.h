// What this server's agent says of itself, and following it while it does something.
#pragma once

#include <chrono>
#include <functional>

#include "host/host.h"
#include "report/status.h"

namespace pnfs_ha {

// The status that this server's agent published. Throws if there is none, if it is older than a few seconds,
// or if the agent is of a newer version.
Status read_status();

// The number of the last step that this server's agent made; 0 if there is no agent.
int last_step();

// Prints every step that the agent makes after step number `after`, until `done` says yes of its status.
// Throws with the agent's reason when it goes out of service, and after `limit`.
void follow_agent(int after, const std::function<bool(const Status&)>& done, std::chrono::seconds limit);

// Enables and starts this server's agent and follows it likewise.
void start_agent(Host& host, const std::function<bool(const Status&)>& done, std::chrono::seconds limit);

// Prints each act of a sequence that this verb runs itself, when it is done or has failed.
Sequence::Observer print_acts();

// Makes the other server active; throws if it does not take over. See switchover.cpp.
void switch_over();

}  // namespace pnfs_ha
