#pragma once

#include <string>

#include "base/error.h"

namespace pnfs_ha {

// The sentence of the Error that `act` throws; empty if it throws none.
template <typename Act>
std::string error_of(Act act) {
  try {
    act();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace pnfs_ha
