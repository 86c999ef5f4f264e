// pnfs-holder: holds a layout of a file and answers its recalls as it is told; see holder.h.
//
// Exit codes: 1 the server refused (the line on stdout says which operation, with which status), 2 it hung up
// or could not be asked, 64 the command line makes no sense.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "holder.h"

namespace {

// NAME, or for CB_SEQUENCE also `none` and `garbage`.
std::string set_sequence(nfs41::Answer& answer, const std::string& word) {
  if (word == "none")
    answer.speech = nfs41::Speech::silent;
  else if (word == "garbage")
    answer.speech = nfs41::Speech::garbage;
  else if (const auto error = nfs41::callback_errors().find(word); error != nfs41::callback_errors().end())
    answer.sequence = error->second;
  else
    return "there is no answer '" + word + "'";
  return "";
}

void add_options(CLI::App& app, Orders& orders) {
  app.add_option("SERVER", orders.server)->required();
  app.add_option("PATH", orders.path, "of a file, from the export's root")->required();
  app.add_option("--owner", orders.identity.owner, "the client's name for itself")->required();
  app.add_option("--instance", orders.identity.instance,
                 "another one replaces the former client of this owner");
  app.add_option("--offset", orders.range.offset, "of the layout")->capture_default_str();
  app.add_option("--length", orders.range.length, "of the layout")->capture_default_str();
  app.add_flag("--read", "ask for a layout to read, not to write");
  app.add_option("--answer", orders.answer.recall, "to CB_LAYOUTRECALL: an nfsstat4 without NFS4ERR_")
      ->transform(CLI::Transformer(nfs41::callback_errors()));
  app.add_option("--sequence", "to CB_SEQUENCE: the same, or none, or garbage");
  app.add_option("--times", orders.times, "that it answers so; then it says OK. 0: always");
  app.add_option("--return-after", "SECONDS after the first recall; otherwise never");
  app.add_option("--read-late", "SECONDS until it looks at the reply to LAYOUTGET");
  app.add_option("--renew-every", "SECONDS")->default_val(4.0);
  app.add_flag("--mute", "never renew the lease");
}

void read_options(const CLI::App& app, Orders& orders) {
  if (app.count("--read") > 0) orders.mode = nfs41::IoMode::read;
  if (app.count("--sequence") > 0)
    if (const auto wrong = set_sequence(orders.answer, app["--sequence"]->as<std::string>()); !wrong.empty())
      throw CLI::ValidationError("--sequence", wrong);
  if (app.count("--return-after") > 0) orders.return_after = Seconds(app["--return-after"]->as<double>());
  if (app.count("--read-late") > 0) orders.read_late = Seconds(app["--read-late"]->as<double>());
  if (app.count("--mute") == 0) orders.renew_every = Seconds(app["--renew-every"]->as<double>());
}

}  // namespace

int main(int argc, char** argv) {
  constexpr int refused = 1, unknown = 2, usage = 64;
  CLI::App app("Holds a layout of a file and answers its recalls as it is told", "pnfs-holder");
  Orders orders;
  try {
    add_options(app, orders);
    app.parse(argc, argv);
    read_options(app, orders);
    Holder(orders).hold();
    return 0;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : usage;
  } catch (const nfs41::Failed& failed) {
    std::printf("%s: %u\n", failed.operation.c_str(), failed.status);
    return refused;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pnfs-holder: %s\n", error.what());
    return unknown;
  }
}
