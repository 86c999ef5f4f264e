# shellcheck shell=bash disable=SC2034,SC2154
story="the same of CB_SEQUENCE, of a client that says nothing, and of one that sends garbage"
scenario() { recall_all "$(sequence_cases)"; }
