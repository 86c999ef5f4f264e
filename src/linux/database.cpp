// LinuxHost's view of the NFS server's state: nfsdcld's database and nfsd itself.
#include <netinet/in.h>
#include <rpc/rpc.h>
#include <sqlite3.h>
#include <unistd.h>

#include <memory>

#include "base/error.h"
#include "linux/linux_host.h"

namespace pnfs_ha {
namespace {

constexpr int longest_lock = 5'000;  // milliseconds that nfsdcld may keep its database locked

using Database = std::unique_ptr<sqlite3, decltype(&sqlite3_close)>;

void checked(int result, const Database& database, const Path& path) {
  if (result == SQLITE_OK || result == SQLITE_DONE || result == SQLITE_ROW) return;
  throw Error("cannot read or write the database " + path.string() + ": " + sqlite3_errmsg(database.get()));
}

Database open_database(const Path& path, int flags) {
  sqlite3* raw = nullptr;
  const int result = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
  Database database(raw, sqlite3_close);
  checked(result, database, path);
  sqlite3_busy_timeout(raw, longest_lock);
  return database;
}

// The first value that a statement answers with.
std::string value_of(const Database& database, const char* sql, const Path& path) {
  sqlite3_stmt* raw = nullptr;
  checked(sqlite3_prepare_v2(database.get(), sql, -1, &raw, nullptr), database, path);
  const std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> statement(raw, sqlite3_finalize);
  checked(sqlite3_step(raw), database, path);
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(raw, 0));
  return text != nullptr ? text : "";
}

void check_now(const Path& path) {
  const Database database = open_database(path, SQLITE_OPEN_READONLY);
  if (const std::string found = value_of(database, "PRAGMA quick_check", path); found != "ok")
    throw Error("the database " + path.string() + " is damaged: " + found);
}

// To a draft beside the copy.
void copy_now(const Path& from, const Path& draft) {
  // Writable: a transaction that a crash cut off is undone first.
  const Database source = open_database(from, SQLITE_OPEN_READWRITE);
  const Database copy = open_database(draft, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  sqlite3_backup* backup = sqlite3_backup_init(copy.get(), "main", source.get(), "main");
  if (backup == nullptr) checked(sqlite3_errcode(copy.get()), copy, draft);
  const int copied = sqlite3_backup_step(backup, -1);
  sqlite3_backup_finish(backup);
  checked(copied, copy, draft);
}

// The arguments and the result of the NULL procedure.
bool_t no_data(XDR*, ...) {
  return TRUE;
}

}  // namespace

void LinuxHost::check_database(const Path& path) const {
  ask("reading " + path.string(), call_limits::storage, [path] { check_now(path); });
}

void LinuxHost::copy_database(const Path& from, const Path& to) {
  const Path draft = to.string() + ".new";  // what a killed writer left goes first
  create_directory(to.parent_path(), 0755);
  remove_file(draft);
  change("copying " + from.string(), call_limits::storage, [=] { copy_now(from, draft); });
  // sqlite3_backup_step() has synced the file (PRAGMA synchronous is FULL unless told otherwise). What a
  // killed writer left beside the old file must not be played into the new one.
  remove_file(to.string() + "-journal");
  rename_file(draft, to);
}

void LinuxHost::call_nfsd(std::chrono::seconds limit) {
  constexpr unsigned program = 100003, version = 4;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(2049);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int socket = RPC_ANYSOCK;
  CLIENT* client = clnttcp_create(&address, program, version, &socket, 0, 0);
  if (client == nullptr) throw Error(clnt_spcreateerror("cannot connect to nfsd"));
  const timeval timeout{.tv_sec = limit.count(), .tv_usec = 0};
  const auto result = clnt_call(client, NULLPROC, no_data, nullptr, no_data, nullptr, timeout);
  const std::string why = clnt_sperror(client, "nfsd");
  clnt_destroy(client);
  if (result != RPC_SUCCESS) throw Error(why);
}

}  // namespace pnfs_ha
