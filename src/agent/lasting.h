// Since when something that is wrong has been so. It is kept in a file while it is: an agent that dies and is started
// again, and again, would otherwise begin each time anew to wait for its end.
#pragma once

#include <optional>

#include "host/host.h"

namespace pnfs_ha {

class Lasting {
 public:
  // Older, and the agent before this one did not see what has become of it.
  static constexpr std::chrono::seconds fresh{3};

  // file: written over in place; of no interest to anybody else.
  Lasting(Host& host, const char* file);

  // Whether it is so now. How long it has been: at least something; zero means that it is not.
  Host::Duration look(bool so);
  std::optional<Host::Duration> since() const { return since_; }
  void has_lasted(Host::Duration time);  // at least, if it is so

 private:
  void keep(Host::Duration since) const;

  Host& host_;
  const char* file_;
  std::optional<Host::Duration> since_;
};

}  // namespace pnfs_ha
