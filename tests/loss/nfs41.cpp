#include "nfs41.h"

#include <sstream>
#include <stdexcept>
#include <utility>

namespace nfs41 {

Client::Client(const std::string& server, const Identity& identity, Connection::Callback callback,
               Patience patience)
    : server_(server), identity_(identity), callback_(std::move(callback)), patience_(patience) {
  reconnect();
  introduce();
}

void Client::reconnect() {
  connection_ = std::make_unique<Connection>(server_, identity_.uid, callback_, patience_);
}

void Client::introduce() {
  exchange_id();
  create_session();
  sequence_ = 0;
}

void Client::call(const Compound& operations, std::chrono::milliseconds read_late) {
  Failed failed;
  const Coder request = [&](XDR* xdr) {
    bool good =
        put_bytes(xdr, "") && put32(xdr, 1) && put32(xdr, static_cast<std::uint32_t>(operations.size()));
    for (const Operation& o : operations) good = good && put32(xdr, o.number) && o.arguments(xdr);
    return good;
  };
  const Coder reply = [&](XDR* xdr) {
    std::uint32_t status = 0, tag = 0, count = 0;
    if (!get32(xdr, status) || !get32(xdr, tag) || tag != 0 || !get32(xdr, count)) return false;
    for (std::uint32_t i = 0; i < count && i < operations.size(); ++i) {
      std::uint32_t number = 0;
      if (!get32(xdr, number) || !get32(xdr, status)) return false;
      if (status != 0) failed = {operations[i].name, status};
      if (status != 0) return true;
      if (!operations[i].results(xdr)) return false;
    }
    return true;
  };
  if (!decode(connection_->call(encode(request), read_late), reply))
    throw std::runtime_error("the server's reply makes no sense");
  if (failed.status != 0) throw Failed(failed);
}

void Client::exchange_id() {
  const auto arguments = [this](XDR* xdr) {
    // nfsd finds an owner again by its first 8 bytes (clientstr_hashval()), also where there are fewer.
    return put64(xdr, identity_.instance) && put_bytes(xdr, "nfs41-probe " + identity_.owner) &&
           put32(xdr, 0) && put32(xdr, 0) && put32(xdr, 0);  // flags, SP4_NONE, no implementation ID
  };
  const auto results = [this](XDR* xdr) { return get64(xdr, client_id_) && get32(xdr, session_number_); };
  call({{42, "EXCHANGE_ID", arguments, results}});
}

void Client::create_session() {
  constexpr std::uint32_t conn_back_chan = 2;  // csa_flags, RFC 8881 18.36
  const auto channel = [](XDR* xdr) {
    // Header padding, longest request, reply and cached reply, operations, slots, no RDMA.
    bool good = true;
    for (const std::uint32_t attribute : {0U, 8192U, 8192U, 4096U, 16U, 1U, 0U})
      good = good && put32(xdr, attribute);
    return good;
  };
  const auto arguments = [this, channel](XDR* xdr) {
    // Flags; program of the callbacks, whose only flavour is AUTH_NONE.
    return put64(xdr, client_id_) && put32(xdr, session_number_) &&
           put32(xdr, callback_ ? conn_back_chan : 0) && channel(xdr) && channel(xdr) &&
           put32(xdr, 0x40000000) && put32(xdr, 1) && put32(xdr, 0);
  };
  std::uint32_t flags = 0;
  const auto results = [this, &flags](XDR* xdr) {
    return get_array(xdr, session_) && skip(xdr, 1) && get32(xdr, flags);
  };
  call({{43, "CREATE_SESSION", arguments, results}});
  if (callback_ && (flags & conn_back_chan) == 0) throw std::runtime_error("the server wants no backchannel");
}

Client::Compound Client::in_session() {
  ++sequence_;
  const auto arguments = [this](XDR* xdr) {
    return put_array(xdr, session_) && put32(xdr, sequence_) && put32(xdr, 0) && put32(xdr, 0) &&
           put32(xdr, 0);
  };
  const auto results = [](XDR* xdr) {
    SessionId session{};
    return get_array(xdr, session) && skip(xdr, 5);
  };
  return {{53, "SEQUENCE", arguments, results}};
}

Client::Compound Client::at(const std::string& path) {
  Compound operations = in_session();
  operations.push_back({24, "PUTROOTFH"});
  std::istringstream parts(path);
  for (std::string part; std::getline(parts, part, '/');)
    operations.push_back({15, "LOOKUP", [part](XDR* xdr) { return put_bytes(xdr, part); }});
  return operations;
}

void Client::reclaim_complete() {
  Compound operations = in_session();
  operations.push_back({58, "RECLAIM_COMPLETE", [](XDR* xdr) { return put32(xdr, 0); }});
  call(operations);
}

void Client::renew() {
  call(in_session());
}

std::uint32_t Client::open_for_writing(const std::string& path, Claim claim) {
  constexpr std::uint32_t both = 3, want_no_delegation = 0x400, none_as_wanted = 3;  // RFC 8881 18.16.3
  const std::uint32_t access = callback_ ? both | want_no_delegation : both;
  const auto arguments = [this, claim, access](XDR* xdr) {
    // Sequence number, access, deny, owner; do not create; claim, with the delegation that is reclaimed: none.
    const bool good = put32(xdr, 0) && put32(xdr, access) && put32(xdr, 0) && put64(xdr, client_id_) &&
                      put_bytes(xdr, "nfs41-probe") && put32(xdr, 0) &&
                      put32(xdr, static_cast<std::uint32_t>(claim));
    return good && (claim == Claim::fresh || put32(xdr, 0));
  };
  std::uint32_t delegation = 0;
  const auto results = [this, &delegation](XDR* xdr) {
    // Stateid; the directory's change, flags: 6 words; which attributes were set; the delegation's type.
    std::uint32_t attributes = 0;
    return get32(xdr, open_stateid_.seqid) && get_array(xdr, open_stateid_.other) && skip(xdr, 6) &&
           get32(xdr, attributes) && skip(xdr, attributes) && get32(xdr, delegation);
  };
  Compound operations = at(path);
  operations.push_back({18, "OPEN", arguments, results});
  call(operations);
  return callback_ && delegation == none_as_wanted ? 0 : delegation;
}

}  // namespace nfs41
