#include "nfsstat.h"

namespace nfs41 {

const std::map<std::string, Status>& callback_errors() {
  static const std::map<std::string, Status> errors{
      {"OK", 0},
      {"INVAL", 22},
      {"BADHANDLE", 10001},
      {"NOTSUPP", not_supported},
      {"DELAY", delay},
      {"OLD_STATEID", 10024},
      {"BAD_STATEID", 10025},
      {"BADXDR", 10036},
      {"BADIOMODE", 10049},
      {"BADSESSION", 10052},
      {"BADSLOT", 10053},
      {"CONN_NOT_BOUND_TO_SESSION", 10055},
      {"NOMATCHING_LAYOUT", no_matching_layout},
      {"UNKNOWN_LAYOUTTYPE", 10062},
      {"SEQ_MISORDERED", 10063},
      {"SEQUENCE_POS", 10064},
      {"REQ_TOO_BIG", 10065},
      {"REP_TOO_BIG", 10066},
      {"REP_TOO_BIG_TO_CACHE", 10067},
      {"RETRY_UNCACHED_REP", 10068},
      {"TOO_MANY_OPS", 10070},
      {"OP_NOT_IN_SESSION", 10071},
      {"SEQ_FALSE_RETRY", 10076},
      {"BAD_HIGH_SLOT", 10077},
      {"WRONG_TYPE", 10083},
  };
  return errors;
}

}  // namespace nfs41
