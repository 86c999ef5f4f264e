// The wire with real sockets: what strangers do, and who is answered meanwhile.
#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "control/client.h"
#include "control/listener.h"
#include "control/sockets.h"
#include "temporary.h"

namespace pnfs_ha {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

// The other server's; strangers come from 127.0.0.1.
constexpr const char* peer = "127.0.0.2";

// An agent that answers {"you_said": …} until the test is over.
class ListenerTest : public testing::Test {
 protected:
  ~ListenerTest() override {
    if (thread.joinable()) {
      const char word = 'x';
      EXPECT_EQ(write(stop[1], &word, 1), 1);
      thread.join();
    }
    for (const int fd : stop) close(fd);
  }

  static json echo(const json& question, Origin origin) {
    if (question.contains("throw")) throw std::runtime_error("the agent threw");
    return {{"you_said", question}, {"local", origin == Origin::local}};
  }

  void start(ListenerLimits limits = {}) {
    ASSERT_EQ(pipe2(stop.data(), O_CLOEXEC), 0);
    listener = std::make_unique<Listener>(
        loop, answer, [](const std::string& address) { return address == peer; }, limits);
    UniqueFd network = listen_on_network(0);
    sockaddr_in6 bound{};
    socklen_t length = sizeof bound;
    ASSERT_EQ(getsockname(network.get(), reinterpret_cast<sockaddr*>(&bound), &length), 0);
    port = ntohs(bound.sin6_port);
    listener->listen(listen_locally(path), Origin::local);
    listener->listen(std::move(network), Origin::network);
    until_told = loop.when_ready(stop[0], EPOLLIN, EventLoop::Urgency::high, [this] { loop.finish(); });
    thread = std::thread([this] { loop.run(); });
  }

  UniqueFd call(const char* from = "127.0.0.1") const {
    UniqueFd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    inet_pton(AF_INET, from, &address.sin_addr);
    EXPECT_EQ(bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    EXPECT_EQ(connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    const timeval limit{.tv_sec = 60, .tv_usec = 0};  // for a listener that has forgotten us
    setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    return fd;
  }

  static void tell(const UniqueFd& fd, const std::string& text) {
    std::ignore = send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL);
  }

  // All that comes until the other side closes; "nothing more" if it does not.
  static std::string rest(const UniqueFd& fd) {
    std::string text;
    char buffer[4096];
    for (;;) {
      const ssize_t got = recv(fd.get(), buffer, sizeof buffer, 0);
      if (got < 0 && errno == ECONNRESET) return text;
      if (got < 0) return "nothing more";
      if (got == 0) return text;
      text.append(buffer, static_cast<std::size_t>(got));
    }
  }

  std::string ask(const UniqueFd& fd, const std::string& line) const {
    tell(fd, line);
    return rest(fd);
  }
  json ask_locally(const json& question) const { return ask_local_agent(question, 60s, path); }

  TemporaryDirectory directory;
  const std::filesystem::path path = directory / "control";
  int port = 0;
  std::array<int, 2> stop{-1, -1};
  Listener::Answer answer = echo;
  EventLoop loop;
  std::unique_ptr<Listener> listener;
  EventSource until_told;
  std::thread thread;
};

const std::string hello = R"({"verb":"hello"})";
const std::string from_afar = R"({"local":false,"you_said":{"verb":"hello"}})"
                              "\n";

TEST_F(ListenerTest, both_ends_understand_each_other) {
  start();
  const json question{{"verb", "hello"}};
  EXPECT_EQ(ask_locally(question), (json{{"you_said", question}, {"local", true}}));
  EXPECT_EQ(ask_agent("127.0.0.1", port, question, 60s), (json{{"you_said", question}, {"local", false}}));
  EXPECT_EQ(ask_agent("::1", port, question, 60s), (json{{"you_said", question}, {"local", false}}));
}

TEST_F(ListenerTest, a_thousand_who_say_nothing_keep_nobody_out) {
  ListenerLimits limits;
  limits.time = 1h;  // only what comes later ends what came before
  start(limits);
  std::vector<UniqueFd> idle;
  for (int i = 0; i < 1000; ++i) {
    idle.push_back(call());
    if (i % 250 != 0) continue;
    EXPECT_EQ(ask(call(peer), hello + "\n"), from_afar);
    EXPECT_EQ(ask(call(), hello + "\n"), from_afar);
    EXPECT_EQ(ask_locally({{"verb", "hello"}})["local"], true);
  }
  EXPECT_EQ(rest(idle.front()), "");
  EXPECT_EQ(ask(call("127.0.0.3"), hello + "\n"), from_afar);
  EXPECT_LE(listener->conversations(), limits.strangers);
}

TEST_F(ListenerTest, who_has_most_gives_way_first) {
  ListenerLimits limits;
  limits.time = 1h;
  limits.strangers = 4;
  start(limits);
  const UniqueFd patient = call("127.0.0.3");
  std::vector<UniqueFd> many;
  for (int i = 0; i < 20; ++i) many.push_back(call("127.0.0.4"));
  EXPECT_EQ(rest(many.front()), "");
  EXPECT_EQ(ask(patient, hello + "\n"), from_afar);
  EXPECT_EQ(ask(many.back(), hello + "\n"), from_afar);
}

TEST_F(ListenerTest, a_peer_has_conversations_of_its_own_and_no_more) {
  ListenerLimits limits;
  limits.time = 1h;
  start(limits);
  const UniqueFd stranger = call();
  std::vector<UniqueFd> of_peer;
  for (std::size_t i = 0; i <= limits.each_peer + limits.strangers; ++i) of_peer.push_back(call(peer));
  EXPECT_EQ(rest(of_peer.front()), "");
  EXPECT_EQ(ask(of_peer.back(), hello + "\n"), from_afar);
  EXPECT_EQ(ask(stranger, hello + "\n"), from_afar);
}

TEST_F(ListenerTest, who_speaks_slowly_has_no_longer_than_who_is_silent) {
  ListenerLimits limits;
  limits.time = 300ms;
  start(limits);
  const UniqueFd slow = call();
  bool ended = false;
  for (int i = 0; i < 600 && !ended; ++i) {
    tell(slow, " ");
    std::this_thread::sleep_for(50ms);
    char byte = 0;
    const ssize_t got = recv(slow.get(), &byte, 1, MSG_DONTWAIT);
    ended = got == 0 || (got < 0 && errno != EAGAIN);
  }
  EXPECT_TRUE(ended);
  EXPECT_EQ(ask(call(), hello + "\n"), from_afar);
}

TEST_F(ListenerTest, a_question_in_pieces_is_one) {
  start();
  const UniqueFd slow = call();
  for (const char letter : hello + "\n") {
    tell(slow, std::string(1, letter));
    std::this_thread::sleep_for(1ms);
  }
  EXPECT_EQ(rest(slow), from_afar);
}

TEST_F(ListenerTest, a_long_answer_is_whole) {
  answer = [](const json&, Origin) { return json{{"long", std::string(8'000'000, 'x')}}; };
  start();
  const UniqueFd fd = call();
  tell(fd, "{}\n");
  std::this_thread::sleep_for(50ms);  // more than the socket's buffer waits to be sent
  EXPECT_EQ(rest(fd).size(), 8'000'000 + std::string(R"({"long":""})").size() + 1);
}

TEST_F(ListenerTest, what_is_too_long_is_refused) {
  start();
  const std::string refusal = ask(call(), std::string(longest_message + 100'000, 'x'));
  EXPECT_TRUE(refusal.empty() || refusal.find("longer than 65536 bytes") != std::string::npos) << refusal;
  const std::string longest = R"({"a":")" + std::string(longest_message - 9, 'x') + "\"}\n";
  ASSERT_EQ(longest.size(), longest_message);
  EXPECT_TRUE(ask(call(), longest).starts_with(R"({"local":false,"you_said":{"a":"xxx)"));
  EXPECT_EQ(ask(call(), hello + "\n"), from_afar);
}

TEST_F(ListenerTest, what_nobody_understands_is_refused) {
  start();
  const std::string no_object = R"({"error":"the question is no JSON object","remedy":""})"
                                "\n";
  for (const std::string& line :
       {std::string("\n"), std::string("rubbish\n"), std::string("[]\n"), std::string("\0\xff\xfe\n", 4),
        std::string("{\"a\": \"\xe9\"}\n"), std::string("{\n}\n")})
    EXPECT_EQ(ask(call(), line), no_object) << line;
  EXPECT_EQ(ask(call(), std::string(60'000, '[') + "\n"), no_object);
  EXPECT_EQ(ask(call(), "GET / HTTP/1.1\r\nHost: x\r\n\r\n"), no_object);
}

TEST_F(ListenerTest, what_the_agent_throws_the_asker_is_told) {
  start();
  EXPECT_EQ(ask(call(), "{\"throw\": 1}\n"), R"({"error":"the agent threw","remedy":""})"
                                             "\n");
  EXPECT_EQ(ask(call(), hello + "\n"), from_afar);
}

TEST_F(ListenerTest, an_answer_that_is_no_utf8_is_one) {
  answer = [](const json&, Origin) { return json{{"name", "\xe9t\xe9"}}; };
  start();
  EXPECT_EQ(ask(call(), "{}\n"), R"({"name":"\\xE9t\\xE9"})"
                                 "\n");
}

}  // namespace
}  // namespace pnfs_ha
