// The wire below the messages: addresses, and a server without a free descriptor.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <spdlog/spdlog.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <iostream>

#include "base/address.h"
#include "control/listener.h"
#include "control/sockets.h"

namespace pnfs_ha {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

// In a child, which has no descriptor to spare. Exit codes: 0 as it should be.
int answer_without_descriptors(ListenerLimits limits) {
  EventLoop loop;
  const json well = {{"well", true}};
  const auto answer = [&well](const json&, Origin) { return well; };
  const auto is_refused = [](const std::string&) { return false; };
  Listener listener(loop, answer, is_refused, limits);
  const std::string path = "/tmp/pnfs-ha-listener-" + std::to_string(getpid());
  listener.listen(listen_locally(path), Origin::local);
  const auto end = std::chrono::steady_clock::now() + 60s;
  const UniqueFd asker = connect_locally(path, end);
  const std::string question = "{}\n";
  if (::send(asker.get(), question.data(), question.size(), 0) < 0) return 2;
  rlimit descriptors{};
  getrlimit(RLIMIT_NOFILE, &descriptors);
  const rlim_t usual = descriptors.rlim_cur;
  std::uint64_t rounds_without = 0;
  const EventSource alarm = loop.in(500ms, EventLoop::Urgency::high, [&] {
    rounds_without = loop.rounds();
    descriptors.rlim_cur = usual;
    setrlimit(RLIMIT_NOFILE, &descriptors);
  });
  const EventSource answered =
      loop.when_ready(asker.get(), EPOLLIN, EventLoop::Urgency::normal, [&] { loop.finish(); });
  const EventSource enough = loop.in(60s, EventLoop::Urgency::normal, [&] { loop.finish(); });
  // Once before: a sanitizer that meets a type for the first time opens a pipe.
  spdlog::warn("cannot take a call: {}", "soon");
  descriptors.rlim_cur = 0;
  if (setrlimit(RLIMIT_NOFILE, &descriptors) != 0) return 3;
  loop.run();
  unlink(path.c_str());
  char buffer[100];
  if (recv(asker.get(), buffer, sizeof buffer, MSG_DONTWAIT) <= 0) return 4;
  return rounds_without > 50 ? 5 : 0;  // a loop that spins makes some hundred thousand in half a second
}

TEST(Descriptors, without_a_free_one_the_loop_waits_and_goes_on_later) {
  const pid_t child = fork();
  if (child == 0) {
    ListenerLimits limits;
    limits.breath = 100ms;
    int result = 1;
    try {
      result = answer_without_descriptors(limits);
    } catch (const std::exception& error) {
      std::cerr << error.what() << std::endl;
    }
    _exit(result);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(WIFEXITED(status) ? WEXITSTATUS(status) : -1, 0);
}

TEST(Address, is_told_as_administrators_write_it) {
  sockaddr_storage address{};
  auto& v6 = reinterpret_cast<sockaddr_in6&>(address);
  v6.sin6_family = AF_INET6;
  inet_pton(AF_INET6, "::ffff:10.0.0.12", &v6.sin6_addr);
  EXPECT_EQ(numeric_address(address), "10.0.0.12");
  inet_pton(AF_INET6, "fd00:0:0::12", &v6.sin6_addr);
  EXPECT_EQ(numeric_address(address), "fd00::12");
  EXPECT_TRUE(same_address("fd00:0:0::12", "fd00::12"));
  EXPECT_FALSE(same_address("", ""));
  EXPECT_FALSE(same_address("10.0.0.1", "10.0.0.2"));
}

// A kernel with ipv6.disable=1 has no sockets of that family.
int listen_without_ipv6() {
  // if (number == SYS_socket && domain == AF_INET6) errno = EAFNOSUPPORT
  sock_filter rules[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
                         BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 3),
                         BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args)),
                         BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_INET6, 0, 1),
                         BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EAFNOSUPPORT),
                         BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  const sock_fprog program = {.len = std::size(rules), .filter = rules};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
    return 2;
  if (socket(AF_INET6, SOCK_STREAM, 0) >= 0) return 3;
  const UniqueFd fd = listen_on_network(0);
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return 4;
  return address.ss_family == AF_INET ? 0 : 5;
}

TEST(SocketsTest, listen_where_there_is_no_ipv6) {
  const pid_t child = fork();
  if (child == 0) _exit(listen_without_ipv6());
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace pnfs_ha
