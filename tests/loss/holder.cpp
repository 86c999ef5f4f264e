#include "holder.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <thread>

#include "ask.h"

namespace {

using nlohmann::json;

// nfsd asks again at once after many an answer: a client in no hurry leaves it time for other things. It
// waits for an answer for a tenth of the lease, a second at least (max_cb_time()).
constexpr std::chrono::milliseconds thinking{200};

double wall_clock() {
  return Seconds(std::chrono::system_clock::now().time_since_epoch()).count();
}

void tell(const char* what, json line) {
  line["what"] = what;
  line["time"] = wall_clock();
  std::printf("%s\n", line.dump().c_str());
  std::fflush(stdout);
}

std::string hex(const nfs41::SessionId& session) {
  std::string digits;
  for (const char byte : session) {
    char two[3];
    std::snprintf(two, sizeof two, "%02x", static_cast<unsigned>(static_cast<unsigned char>(byte)));
    digits += two;
  }
  return digits;
}

json as_json(const nfs41::CallId& call) {
  return {{"session", hex(call.session)}, {"slot", call.slot}, {"sequence", call.sequence}};
}

json as_json(const nfs41::Answer& answer) {
  switch (answer.speech) {
    case nfs41::Speech::silent:
      return "none";
    case nfs41::Speech::garbage:
      return "garbage";
    case nfs41::Speech::answers:
      break;
  }
  return {{"sequence", answer.sequence}, {"recall", answer.recall}};
}

}  // namespace

Holder::Holder(const Orders& orders)
    : orders_(orders), client_(orders.server, orders.identity, [this](const std::string& arguments) {
        return nfs41::answer_callback(arguments,
                                      [this](const nfs41::Recall& recall) { return answer(recall); });
      }) {}

// As a client should where it has nothing to say; by its orders otherwise.
nfs41::Answer Holder::choose(const nfs41::Recall& recall) {
  if (returned_) return {.recall = nfs41::no_matching_layout};
  // Until it has seen that reply it does not know of the layout (RFC 8881 2.10.6.3).
  if (asked_ && std::ranges::find(recall.referring, *asked_) != recall.referring.end())
    return {.sequence = nfs41::delay};
  if (asked_) return {.recall = nfs41::no_matching_layout};
  return orders_.times == 0 || recalls_++ < orders_.times ? orders_.answer : nfs41::Answer{};
}

nfs41::Answer Holder::answer(const nfs41::Recall& recall) {
  const auto began = std::chrono::steady_clock::now();
  std::this_thread::sleep_for(thinking);
  const std::scoped_lock lock(mutex_);
  const nfs41::Answer answer = choose(recall);
  json referring = json::array();
  for (const nfs41::CallId& call : recall.referring) referring.push_back(as_json(call));
  tell("recall", {{"seqid", recall.stateid.seqid},
                  {"cb_sequence", recall.sequence},
                  {"referring", referring},
                  {"answer", as_json(answer)}});
  if (!first_recall_) first_recall_ = began;
  recalled_.notify_all();
  return answer;
}

void Holder::get_layout() {
  nfs41::reclaim_complete(client_);
  nfs41::open_patiently(client_, orders_.path, nfs41::Claim::fresh);
  nfs41::ask_patiently([this] {
    {
      const std::scoped_lock lock(mutex_);
      asked_ = client_.next_call();
      tell("asked", as_json(*asked_));
    }
    layout_ = client_.layoutget(orders_.path, orders_.range, orders_.mode,
                                std::chrono::duration_cast<std::chrono::milliseconds>(orders_.read_late));
    const std::scoped_lock lock(mutex_);
    asked_.reset();
  });
  char key[19];
  std::snprintf(key, sizeof key, "0x%016llx",
                static_cast<unsigned long long>(client_.reservation_key(layout_)));
  tell("layout", {{"key", key},
                  {"seqid", layout_.stateid.seqid},
                  {"offset", layout_.range.offset},
                  {"length", layout_.range.length}});
}

void Holder::return_layout() {
  const double began = wall_clock();
  nfs41::Status status = 0;
  try {
    client_.layoutreturn(orders_.path, layout_);
  } catch (const nfs41::Failed& failed) {
    status = failed.status;
  }
  const std::scoped_lock lock(mutex_);
  returned_ = true;
  tell("returned", {{"status", status}, {"began", began}});
}

void Holder::hold() {
  get_layout();
  if (orders_.return_unasked) return_layout();
  const auto never = std::chrono::steady_clock::now() + std::chrono::hours(24);
  for (;;) {
    std::unique_lock lock(mutex_);
    const auto renewal = orders_.renew_every
                             ? std::chrono::steady_clock::now() +
                                   std::chrono::duration_cast<std::chrono::milliseconds>(*orders_.renew_every)
                             : never;
    const auto due = [&] {
      return orders_.return_after && first_recall_ && !returned_
                 ? *first_recall_ +
                       std::chrono::duration_cast<std::chrono::milliseconds>(*orders_.return_after)
                 : never;
    };
    while (std::chrono::steady_clock::now() < std::min(renewal, due()))
      recalled_.wait_until(lock, std::min(renewal, due()));
    const bool give_back = due() <= std::chrono::steady_clock::now();
    lock.unlock();
    if (give_back)
      return_layout();
    else if (orders_.fetch_device)
      client_.reservation_key(layout_);
    else
      client_.renew();
  }
}
