#include "fiber.h"

#include <cxxabi.h>

#include <cstdint>
#include <cstring>
#include <stdexcept>

#if defined(__SANITIZE_ADDRESS__)
#define PNFS_HA_ADDRESS_SANITIZER
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PNFS_HA_ADDRESS_SANITIZER
#endif
#endif
#ifdef PNFS_HA_ADDRESS_SANITIZER
#include <sanitizer/common_interface_defs.h>
#endif

namespace pnfs_ha::outage {
namespace {

Fiber* on_stack = nullptr;

// AddressSanitizer has to know on which stack the program is.
void leave_stack([[maybe_unused]] void** keep, [[maybe_unused]] const void* to,
                 [[maybe_unused]] std::size_t size) {
#ifdef PNFS_HA_ADDRESS_SANITIZER
  __sanitizer_start_switch_fiber(keep, to, size);
#endif
}
void arrive_on_stack([[maybe_unused]] void* kept, [[maybe_unused]] const void** from,
                     [[maybe_unused]] std::size_t* size) {
#ifdef PNFS_HA_ADDRESS_SANITIZER
  __sanitizer_finish_switch_fiber(kept, from, size);
#endif
}

}  // namespace

Fiber::Fiber(std::function<void()> body)
    : body_(std::move(body)), stack_(std::make_unique_for_overwrite<std::byte[]>(stack_size)) {
  if (getcontext(&context_) != 0) throw std::runtime_error("getcontext");
  context_.uc_stack.ss_sp = stack_.get();
  context_.uc_stack.ss_size = stack_size;
  context_.uc_link = nullptr;
  const auto self = reinterpret_cast<std::uintptr_t>(this);
  makecontext(&context_, reinterpret_cast<void (*)()>(begin), 2, static_cast<unsigned>(self >> 32),
              static_cast<unsigned>(self));
}

Fiber::Exceptions Fiber::exchange(const Exceptions& other) {
  Exceptions before;
  void* globals = abi::__cxa_get_globals();
  std::memcpy(&before, globals, sizeof before);
  std::memcpy(globals, &other, sizeof other);
  return before;
}

void Fiber::resume() {
  before_ = on_stack;
  on_stack = this;
  const Exceptions outside = exchange(exceptions_);
  void* fake_stack = nullptr;
  leave_stack(&fake_stack, stack_.get(), stack_size);
  swapcontext(&caller_, &context_);
  arrive_on_stack(fake_stack, nullptr, nullptr);
  exceptions_ = exchange(outside);
  on_stack = before_;
}

void Fiber::begin(unsigned high, unsigned low) {
  auto* self = reinterpret_cast<Fiber*>(static_cast<std::uintptr_t>(high) << 32 | low);
  arrive_on_stack(nullptr, &self->caller_stack_, &self->caller_stack_size_);
  self->body_();
  self->ended_ = true;
  leave_stack(nullptr, self->caller_stack_, self->caller_stack_size_);
  swapcontext(&self->context_, &self->caller_);
}

void Fiber::pause() {
  on_stack->switch_to_caller();
}

void Fiber::switch_to_caller() {
  void* fake_stack = nullptr;
  leave_stack(&fake_stack, caller_stack_, caller_stack_size_);
  swapcontext(&context_, &caller_);
  arrive_on_stack(fake_stack, &caller_stack_, &caller_stack_size_);
}

}  // namespace pnfs_ha::outage
