// pnfs-crowd: a thousand NFSv4.1 clients in one process, each with a connection, a file and a layout of its own; see member.h.
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <semaphore>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "member.h"
#include "program.h"

namespace {

constexpr int most = 8000;
constexpr rlim_t spare_files = 64;

// A socket for each, and two for a moment while it reconnects.
void have_files(rlim_t clients) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  const rlim_t needed = 2 * clients + spare_files;
  if (limit.rlim_max < needed)
    throw std::runtime_error("may have " + std::to_string(limit.rlim_max) + " files open, needs " +
                             std::to_string(needed) + ": raise the hard limit");
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

std::string name_of(int number) {
  char name[16];
  std::snprintf(name, sizeof name, "c%04d", number);
  return name;
}

// Never returns. Only at_once of them begin at the same time: a server may take a while for the record of each.
void live(const scale::Order& order, int count, int at_once) {
  have_files(static_cast<rlim_t>(count));
  scale::News news;
  std::counting_semaphore<most> gate(at_once);
  std::deque<scale::Member> members;
  std::vector<std::thread> threads;
  for (int n = 1; n <= count; ++n) try {
      scale::Member& member = members.emplace_back(order, name_of(n), news);
      threads.emplace_back([&member, &gate] {
        gate.acquire();
        member.settle();
        gate.release();
        member.live();
      });
    } catch (const std::system_error& error) {
      std::fprintf(stderr, "pnfs-crowd: client %d gets no thread (%s): raise TasksMax, or have more memory\n",
                   n, error.what());
      std::_Exit(2);  // the others use what would be destroyed
    }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Many NFSv4.1 clients, each with a file and a layout of its own", "pnfs-crowd");
  scale::Order order;
  int count = 1000, at_once = 16;
  double renew_every = 10;
  app.add_option("SERVER", order.server)->required();
  app.add_option("DIRECTORY", order.directory, "from the export's root: files c0001, c0002, ... are there")
      ->required();
  app.add_option("--count", count, "of clients")->check(CLI::Range(1, most))->capture_default_str();
  app.add_option("--at-once", at_once, "so many may begin at the same time")
      ->check(CLI::Range(1, most))
      ->capture_default_str();
  app.add_option("--renew-every", renew_every, "SECONDS; Linux: two thirds of the lease")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  app.add_flag_callback(
      "--no-layouts", [&order] { order.layouts = scale::Layouts::none; }, "opens alone");
  return run_program(app, argc, argv, [&] {
    order.renew_every = std::chrono::milliseconds(static_cast<long>(renew_every * 1000));
    live(order, count, at_once);
  });
}
