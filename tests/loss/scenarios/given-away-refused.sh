# shellcheck shell=bash disable=SC2034,SC2154
story="the same while the LUN refuses PREEMPT AND ABORT for five seconds: nobody gets the blocks meanwhile"
scenario() { give_all_away refused; }
