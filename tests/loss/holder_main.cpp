// pnfs-holder: holds a layout of a file and answers its recalls as it is told; see holder.h.
#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "holder.h"
#include "program.h"

namespace {

nfs41::Status status_named(const std::string& option, const std::string& word) {
  const auto error = nfs41::callback_errors().find(word);
  if (error == nfs41::callback_errors().end())
    throw CLI::ValidationError(option, "there is no '" + word + "'");
  return error->second;
}

// What has to be read before it is an order.
struct Words {
  std::string answer = "OK", sequence = "OK";
  std::optional<double> return_after;
  double read_late = 0, renew_every = 4;
  bool read = false, mute = false;
};

void add_options(CLI::App& app, Orders& orders, Words& words) {
  app.add_option("SERVER", orders.server)->required();
  app.add_option("PATH", orders.path, "of a file, from the export's root")->required();
  app.add_option("--owner", orders.identity.owner, "the client's name for itself")->required();
  app.add_option("--instance", orders.identity.instance,
                 "another one replaces the previous client of this owner");
  app.add_option("--offset", orders.range.offset, "of the layout")->capture_default_str();
  app.add_option("--length", orders.range.length, "of the layout")->capture_default_str();
  app.add_flag("--read", words.read, "ask for a layout to read, not to write");
  app.add_option("--answer", words.answer, "to CB_LAYOUTRECALL: an nfsstat4 without NFS4ERR_")
      ->capture_default_str();
  app.add_option("--sequence", words.sequence, "to CB_SEQUENCE: the same, or none, or garbage")
      ->capture_default_str();
  app.add_option("--times", orders.times, "that it answers so; then it says OK. 0: always");
  app.add_option("--return-after", words.return_after, "SECONDS after the first recall; otherwise never");
  app.add_flag("--return-unasked", orders.return_unasked, "return the layout at once, before any recall");
  app.add_option("--read-late", words.read_late, "SECONDS until it looks at the reply to LAYOUTGET");
  app.add_option("--renew-every", words.renew_every, "SECONDS")->capture_default_str();
  app.add_flag("--mute", words.mute, "never renew the lease");
  app.add_flag("--fetch-device", orders.fetch_device, "renew it by asking for the device (GETDEVICEINFO)");
}

void read_words(const Words& words, Orders& orders) {
  if (words.read) orders.mode = nfs41::IoMode::read;
  orders.answer.recall = status_named("--answer", words.answer);
  if (words.sequence == "none")
    orders.answer.speech = nfs41::Speech::silent;
  else if (words.sequence == "garbage")
    orders.answer.speech = nfs41::Speech::garbage;
  else
    orders.answer.sequence = status_named("--sequence", words.sequence);
  if (words.return_after) orders.return_after = Seconds(*words.return_after);
  orders.read_late = Seconds(words.read_late);
  if (!words.mute) orders.renew_every = Seconds(words.renew_every);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Holds a layout of a file and answers its recalls as it is told", "pnfs-holder");
  Orders orders;
  Words words;
  add_options(app, orders, words);
  return run_program(app, argc, argv, [&] {
    read_words(words, orders);
    Holder(orders).hold();
  });
}
