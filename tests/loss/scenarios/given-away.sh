# shellcheck shell=bash disable=SC2034,SC2154
story="a layout is given away without its return, in five ways: PREEMPT AND ABORT is answered before anybody writes there"
scenario() { give_all_away plain; }
