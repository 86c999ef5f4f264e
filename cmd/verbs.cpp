#include "verbs.h"

namespace pnfs_ha {
namespace {

struct Verb {
  const char* group;  // empty: not for people, who are not told of it
  void (*add)(CLI::App& app, int& exit_code);
};

constexpr const char* founding = "Make a cluster";
constexpr const char* looking = "Look";
constexpr const char* acting = "Act";
constexpr const char* clients = "On a client";
constexpr const char* daemons = "Started by others";
constexpr const char* hidden = "";

constexpr Verb table[] = {
    {founding, add_check},     {founding, add_init},        {founding, add_token},  {founding, add_join},
    {looking, add_status},     {looking, add_history},      {looking, add_metrics}, {looking, add_plan},
    {acting, add_switchover},  {acting, add_maintenance},   {acting, add_grow},     {acting, add_recover},
    {acting, add_reservation}, {clients, add_client_check}, {daemons, add_agent},   {daemons, add_notify},
    {hidden, add_keep},        {hidden, add_fence},         {hidden, add_guard},    {hidden, add_manual},
};

}  // namespace

void add_verbs(CLI::App& app, int& exit_code) {
  for (const Verb& verb : table) {
    verb.add(app, exit_code);
    app.get_subcommands({}).back()->group(verb.group);
  }
}

}  // namespace pnfs_ha
