#include "backchannel.h"

#include <stdexcept>

namespace nfs41 {
namespace {

constexpr std::uint32_t cb_layoutrecall = 5, cb_sequence = 11;  // nfs_cb_opnum4

struct Request {
  SessionId session{};
  std::uint32_t slot = 0;
  std::uint32_t operation = 0;  // the one after CB_SEQUENCE
  Recall recall;
};

bool get_referring_calls(XDR* xdr, std::vector<CallId>& calls) {
  std::uint32_t lists = 0;
  if (!get32(xdr, lists)) return false;
  for (; lists > 0; --lists) {
    CallId call;
    std::uint32_t count = 0;
    if (!get_array(xdr, call.session) || !get32(xdr, count)) return false;
    for (; count > 0; --count) {
      if (!get32(xdr, call.sequence) || !get32(xdr, call.slot)) return false;
      calls.push_back(call);
    }
  }
  return true;
}

// Layout type, mode, changed; LAYOUTRECALL4_FILE, which is all that nfsd sends: file handle, range, stateid.
bool get_recall(XDR* xdr, Recall& recall) {
  std::string handle;
  return skip(xdr, 4) && get_bytes(xdr, handle) && skip(xdr, 4) && get32(xdr, recall.stateid.seqid) &&
         get_array(xdr, recall.stateid.other);
}

bool get_request(XDR* xdr, Request& request) {
  std::string tag;
  std::uint32_t count = 0, first = 0;
  // Minor version, callback_ident; highest slot, whether to cache.
  return get_bytes(xdr, tag) && skip(xdr, 2) && get32(xdr, count) && count == 2 && get32(xdr, first) &&
         first == cb_sequence && get_array(xdr, request.session) && get32(xdr, request.recall.sequence) &&
         get32(xdr, request.slot) && skip(xdr, 2) && get_referring_calls(xdr, request.recall.referring) &&
         get32(xdr, request.operation) &&
         (request.operation != cb_layoutrecall || get_recall(xdr, request.recall));
}

std::string results_of(const Request& request, const Answer& answer) {
  const bool in_session = answer.sequence == 0;
  return encode([&](XDR* xdr) {
    bool good = put32(xdr, in_session ? answer.recall : answer.sequence) && put_bytes(xdr, "") &&
                put32(xdr, in_session ? 2 : 1) && put32(xdr, cb_sequence) && put32(xdr, answer.sequence);
    if (!in_session) return good;
    // Slot, highest slot, the highest that it would like.
    good = good && put_array(xdr, request.session) && put32(xdr, request.recall.sequence) &&
           put32(xdr, request.slot) && put32(xdr, request.slot) && put32(xdr, request.slot);
    return good && put32(xdr, request.operation) && put32(xdr, answer.recall);
  });
}

}  // namespace

std::optional<std::string> answer_callback(const std::string& arguments,
                                           const std::function<Answer(const Recall&)>& ask) {
  Request request;
  if (!decode(arguments, [&](XDR* xdr) { return get_request(xdr, request); }))
    throw std::runtime_error("the server's callback makes no sense");
  const Answer answer =
      request.operation == cb_layoutrecall ? ask(request.recall) : Answer{.recall = not_supported};
  switch (answer.speech) {
    case Speech::silent:
      return std::nullopt;
    case Speech::garbage:
      return "garbage!";
    case Speech::answers:
      break;
  }
  return results_of(request, answer);
}

}  // namespace nfs41
