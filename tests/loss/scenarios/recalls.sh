# shellcheck shell=bash disable=SC2034,SC2154
story="each answer that a client may give to CB_LAYOUTRECALL: fenced is only who never returns the layout"
scenario() { recall_all "$(recall_cases)"; }
