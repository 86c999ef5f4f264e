#include "program.h"

#include <cstdio>
#include <exception>

#include "nfs41.h"

int run_program(CLI::App& app, int argc, char** argv, const std::function<void()>& run) {
  constexpr int refused = 1, unknown = 2, usage = 64;
  try {
    app.parse(argc, argv);
    run();
    return 0;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : usage;
  } catch (const nfs41::Failed& failed) {
    std::printf("%s: %u\n", failed.operation.c_str(), failed.status);
    return refused;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", app.get_name().c_str(), error.what());
    return unknown;
  }
}
