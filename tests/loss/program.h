// What the lab's NFSv4.1 clients have in common as programs.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

// Reads the command line and runs. Returns the exit code: 0 it ran; 1 the server refused, and a line on
// stdout says which operation, with which status; 2 it could not be found out; 64 the command line makes no
// sense. run may throw CLI::ParseError for what is odd in the command line beyond its grammar.
int run_program(CLI::App& app, int argc, char** argv, const std::function<void()>& run);
