#pragma once

namespace pnfs_ha {

// Where a question came from decides what it may ask.
enum class Origin { local, network };

}  // namespace pnfs_ha
