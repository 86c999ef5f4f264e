// A file, and the model of what it must hold: every action is done to both.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "content_model.h"
#include "direct_file.h"
#include "error.h"
#include "mismatch.h"

namespace pnfs_load {

struct ActionResult {
  int error_number = 0;
  bool short_transfer = false;  // the call did not fail, but did less than asked
  bool repeated = false;        // a rename whose reply a crash lost, see Experience::end_repeated()
  std::vector<Mismatch> wrong;

  std::string error() const;  // "EIO (Input/output error)", "short transfer"; only if it failed
  bool failed() const { return error_number != 0 || short_transfer; }
};

enum class Look {
  as_it_is,        // as the file is read otherwise
  past_the_cache,  // synced, the cache given up, O_DIRECT
  opened_anew,  // the same, after close(2) and open(2): with them go this process's POSIX locks of the file
};

// How the whole of a file is read as it is. See Mix: no buffered reads where there are direct writes.
enum class Way { page_cache, direct };

struct Extent {
  std::uint64_t begin = 0;
  std::uint64_t end = most_file_bytes;
};

class OpenFailed : public Error {
 public:
  OpenFailed(const Path& path, int error)
      : Error(Error::system("cannot open " + path.string(), error)), error_number(error) {}
  int error_number;
};

class ExercisedFile {
 public:
  // Opens the file, creates it if need be, and takes it to be what the model says. Throws OpenFailed.
  ExercisedFile(const Path& path, ContentModel model);
  ExercisedFile(const ExercisedFile&) = delete;
  ExercisedFile& operator=(const ExercisedFile&) = delete;
  ~ExercisedFile();

  // The model must allow it. After a failure of what is not a read, model and file may differ.
  ActionResult perform(const Action& action);
  // Reads what of that part lies below the end; compares the size, too, if the part goes beyond it.
  ActionResult verify(Look look, Way way, const Extent& part = {});

  // Somebody else has changed the file: this is what it must hold now.
  void believe(ContentModel model) { model_ = std::move(model); }

  const ContentModel& model() const { return model_; }
  const Path& path() const { return path_; }  // `rename` changes it
  int descriptor() const { return buffered_; }

 private:
  ActionResult write(const Action& action);
  ActionResult append(const Action& action);
  ActionResult read(const Action& action);
  ActionResult give_up_the_cache(Look look);
  ActionResult check_size();
  ActionResult reopen();
  ActionResult rename();
  int open();
  int close();

  Path path_, other_path_;
  ContentModel model_;
  int buffered_ = -1;
  int direct_ = -1;
};

}  // namespace pnfs_load
