// pnfs-ha notify: keepalived's notify script, for people who configure keepalived by hand instead of with
// vrrp_notify_fifo. It passes on what keepalived says; the agent does the work.
#include <fcntl.h>
#include <unistd.h>

#include "base/error.h"
#include "base/unique_fd.h"
#include "config/units.h"
#include "server/election.h"
#include "verbs.h"

namespace pnfs_ha {

void add_notify(CLI::App& app, int&) {
  struct Words {
    std::string type, name, state, priority;
  };
  auto words = std::make_shared<Words>();
  CLI::App* verb = app.add_subcommand("notify", "pass keepalived's words on to the agent");
  verb->footer(
      "A notify script for people who write keepalived's configuration by hand, see keepalived.conf(5).");
  verb->add_option("type", words->type, "INSTANCE or GROUP")->required();
  verb->add_option("name", words->name, "the VRRP instance")->required();
  verb->add_option("state", words->state, "MASTER, BACKUP, FAULT, STOP")->required();
  verb->add_option("priority", words->priority, "ignored");
  verb->callback([words] {
    const std::string line =
        words->type + " \"" + words->name + "\" " + words->state + " " + words->priority + "\n";
    const UniqueFd fifo(open(Election::fifo, O_WRONLY | O_NONBLOCK | O_CLOEXEC));
    if (!fifo || write(fifo.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size()))
      throw errno_error(std::string("tell the agent through ") + Election::fifo,
                        std::string("start it: systemctl start ") + units::agent);
  });
}

}  // namespace pnfs_ha
