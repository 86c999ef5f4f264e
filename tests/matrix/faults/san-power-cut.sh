# shellcheck shell=bash disable=SC2034,SC2154
story="the SAN's power is cut and comes back"
active_after=either
healthy_limit=180
direct_limit=90
metadata_limit=120
inject() { lab power-cut san; }
settled() { :; }
works_again() { :; } # nobody can, until the heal
heal() { lab power-on san; }
