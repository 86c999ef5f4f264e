# pnfs-ha: `make demo` shows it, `make check` proves it. As root on Debian 12 or 13; both install what they need.

SANITIZE ?=
# ON compiles several files at a time: three times as fast from nothing, slower after a change.
UNITY ?= OFF
KEEP ?=
build := build/host$(if $(SANITIZE),-$(subst $(comma),-,$(SANITIZE)))
comma := ,

.PHONY: all build judge image deb unit cluster fuzz-build fuzz compilers check matrix loss disks clients scale soak long debian demo lint analyze format release install clean deps
all: build

# The packages that the targets below need, from the host's own apt sources.
deps:
	tests/deps.sh

# For the tests: quick to build, easy to debug.
configure = mkdir -p build && cmake -S . -B $(build) -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_UNITY_BUILD=$(UNITY) -DSANITIZE=$(SANITIZE) -DPNFS_HA_WARNINGS_ARE_ERRORS=ON >$(build).log 2>&1 || { cat $(build).log; exit 1; }
build: deps
	$(configure)
	cmake --build $(build)

# What the tests on virtual machines need of it: the judge of what their clients saw (tests/scenario/judge.sh).
judge: deps
	$(configure)
	cmake --build $(build) --target pnfs-load
export PNFS_LOAD := $(CURDIR)/$(build)/tests/load/pnfs-load

# The appliance: build/image/pnfs-ha.{raw,qcow2}, vmlinuz, initrd.
image: deps
	image/build.sh

# For Debian 13 servers that are not the appliance, and for clients: build/pnfs-ha*.deb.
deb: deps
	image/deb.sh

# Everything that needs no virtual machine, but for the packages the appliance's build root. SANITIZE=address,undefined builds and
# runs it with sanitizers.
unit: build
	tests/check.sh unit $(build)

# Whole clusters of virtual machines.
cluster: judge
	image/build.sh --lab
	tests/check.sh cluster $(build)

# What strangers, the kernel and other programs write, with libFuzzer (tests/fuzz). The same build has unit_tests, by clang++
# and with address and undefined sanitizers: check runs both.
FUZZ_SECONDS ?= 600
fuzz: fuzz-build
	tests/fuzz/fuzz build/fuzz $(FUZZ_SECONDS)
fuzz-build: deps
	mkdir -p build
	cmake -S . -B build/fuzz -G Ninja -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_BUILD_TYPE=Debug -DCMAKE_UNITY_BUILD=$(UNITY) -DPNFS_HA_FUZZ=ON -DPNFS_HA_WARNINGS_ARE_ERRORS=ON >build/fuzz.log 2>&1 || { cat build/fuzz.log; exit 1; }
	cmake --build build/fuzz --target fuzz_targets unit_tests

# What users build, by each compiler that README names and this machine has. A warning fails here, so that a user sees none; the
# image is built by one more, Debian 13's g++.
compilers: deps
	set -e; mkdir -p build; for compiler in g++ clang++; do \
		cmake -S . -B build/release-$$compiler -G Ninja -DCMAKE_CXX_COMPILER=$$compiler -DCMAKE_BUILD_TYPE=Release \
			-DCMAKE_UNITY_BUILD=$(UNITY) -DBUILD_TESTING=OFF -DPNFS_HA_WARNINGS_ARE_ERRORS=ON >build/release-$$compiler.log 2>&1 || \
			{ cat build/release-$$compiler.log; exit 1; }; \
		cmake --build build/release-$$compiler; \
	done

# Every test; the last line counts them.
check: build fuzz-build compilers
	image/build.sh --lab
	tests/check.sh all $(build)

# Every fault on virtual clusters, each under load, and a LUN that grows: an hour and a half. FAULTS="power-cut agent-hung" runs
# these only.
FAULTS ?=
matrix: judge
	image/build.sh --lab
	tests/matrix/matrix --continue $(FAULTS)
	[ -n "$(FAULTS)" ] || bats tests/cluster/long
	tests/lab/lab down

# Crashes while clients have written what they have not committed, every scenario; and virtual disks.
loss: judge
	image/build.sh --lab
	tests/loss/loss --continue
	tests/disks/disks --continue
	tests/lab/lab down

# Virtual disks on the export. DISKS=quiet:10 uses them for ten minutes while nobody dies.
DISKS ?=
disks: judge
	image/build.sh --lab
	tests/disks/disks --continue $(DISKS)
	tests/lab/lab down

# Clients with the kernels of Debian 12 and of Debian 13's backports: losses and disks with each. CLIENT_KERNELS=6.1 takes one.
CLIENT_KERNELS ?= 6.1 backports
client_losses := cases stock changed-meanwhile stranger newcomer cut-off random:1 discards stable:1 recalls exercise:1 \
	exercise-mixed:2 switchovers:4 commit-under-way many-ranges
client_disks := quiet crash switchover
clients: judge
	image/build.sh --lab --client-kernels
	set -e; failed=0; for kernel in $(CLIENT_KERNELS); do \
		export PNFS_HA_LAB_CLIENT_KERNEL=$$kernel; \
		tests/loss/loss $(client_losses) || failed=1; \
		tests/disks/disks $(client_disks) || failed=1; \
		tests/lab/lab down; \
	done; exit $$failed

# 2,000 registrations, 1,000 clients: takeover time, grace, what the servers spend. SCALE="clients:500" takes another number.
SCALE ?=
scale: judge
	image/build.sh --lab
	tests/scale/scale --continue $(SCALE)
	tests/lab/lab down

# Two and three servers: a million random moves, and sixty million worlds in order (3 GiB); a million moves of two whole agents, and a
# few thousand without one mend or the other, each of which has to fail;
# random crashes of virtual clusters under random writes (two hours). Each random run prints its seed.
CRASHES ?= 100
soak: build
	$(build)/tests/model/model_soak --servers 2
	$(build)/tests/model/model_soak --servers 3
	$(build)/tests/model/model_soak --servers 2 --explore 60000000
	$(build)/tests/model/model_soak --servers 3 --explore 60000000
	$(build)/tests/outage/outage_soak
	tests/outage/reversals/run build
	image/build.sh --lab
	tests/loss/loss --soak $(CRASHES)
	tests/matrix/matrix failovers:50
	tests/lab/lab down

# Disks and exercisers on two clients: QUIET minutes while nobody stops, then TROUBLE minutes with a crash or a switchover every
# 20 to 120 s. Prints its seed; SEED=7 makes the same moves again.
QUIET ?= 60
TROUBLE ?= 120
SEED ?=
long: judge
	image/build.sh --lab
	QUIET=$(QUIET) TROUBLE=$(TROUBLE) tests/loss/loss long$(if $(SEED),:$(SEED))
	tests/lab/lab down

# Two servers that are somebody's Debian 13: README's own commands there, then upgrades, reboots and a power cut: 70 minutes. Not in
# check.
debian: judge
	image/build.sh --lab
	bash -euc "$$(tests/debian/readme checkout)"
	tests/debian/machine
	tests/debian/packages
	bats tests/debian
	PNFS_HA_LAB_SERVERS=debian tests/lab/lab down

demo: deps
	image/build.sh --lab
	tests/lab/demo $(if $(KEEP),--keep)

# clang-tidy sees a folder at a time: most of its time goes to what the files include.
lint: deps
	cmake -S . -B build/lint -DCMAKE_UNITY_BUILD=ON -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON >/dev/null
	tests/lint/lint.sh build/lint

# Its analyzer sees each file alone: twenty minutes of two cores. Not in .ci/run.
analyze: deps
	cmake -S . -B build/analyze -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON >/dev/null
	git ls-files 'src/*.cpp' 'cmd/*.cpp' | xargs -P "$$(nproc)" -n 4 clang-tidy --quiet --checks='-*,clang-analyzer-*' -p build/analyze

format:
	clang-format -i $$(git ls-files '*.cpp' '*.h')
	shfmt -w -i 2 -ci $$(tests/lint/lint.sh --list-scripts)

# What users get.
RELEASE ?= build/release
release: deps
	cmake -S . -B $(RELEASE) -G Ninja -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=OFF
	cmake --build $(RELEASE)

# On this server, or below DESTDIR: the program and the files that are its own (overlays/product), no other.
install: release
	DESTDIR=$(DESTDIR) cmake --install $(RELEASE) --prefix /usr --strip --component Unspecified
	[ -n "$(DESTDIR)" ] || [ ! -d /run/systemd/system ] || systemctl daemon-reload

clean:
	tests/lab/lab down || true
	rm -rf build
