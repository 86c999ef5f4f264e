// A file that other processes use too, all under POSIX locks (fcntl(2)) of the whole file or of one zone of
// it.
//
// One turn: lock; read the record (shared_record.h), which says what the file must hold; some actions, each
// checked; fsync, unless unlocking is to do that; write the record; unlock. The lock of a zone covers its
// record too.
#pragma once

#include <memory>
#include <string>

#include "exercise_scene.h"
#include "shared_record.h"

namespace pnfs_load {

inline constexpr const char* shared_prefix = "shared-";
inline constexpr unsigned zones_of_a_file = 4;  // where ranges are locked

// One zone, or all of the file. Its files are opened by the owner: closing any descriptor of a file lets go
// of all locks that the process has on it.
class SharedZone {
 public:
  SharedZone(ExerciseScene& scene, Worker& worker, unsigned file, unsigned zone);

  void turn(ExercisedFile& file);
  // Under the lock: the record against this journal and the partner's, and all the bytes. False if something
  // is wrong, or could not be looked at.
  bool last_look(ExercisedFile& file);

 private:
  bool lock(ExercisedFile& file, short type);
  bool learn(ExercisedFile& file);  // from the record; false if there is nothing to believe
  bool begin_life(ExercisedFile& file);
  bool act(ExercisedFile& file, Action action);
  bool look(ExercisedFile& file);
  void dispute();  // what the file holds is not known any more
  bool sync(ExercisedFile& file);
  bool write_record();
  bool acceptable(const RecordJournal& journal, const std::string& whose);
  Finding found_by(const std::string& file, const std::string& by) const;
  void tell_failure(ExercisedFile& file, const std::string& by, const ActionResult& result);
  void tell(ExercisedFile& file, const std::string& by, const ActionResult& result);
  void tell_record(const std::string& expected, const std::string& found);

  ExerciseScene& scene_;
  Worker& worker_;
  unsigned number_;
  Extent extent_;
  std::string name_;  // of the record
  Path path_;         // of the record
  Chooser chooser_;
  std::mt19937_64 random_;
  SharedRecord record_;
};

}  // namespace pnfs_load
