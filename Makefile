# SPDX-License-Identifier: MIT
# snug: one Makefile without recursion. `make help` lists the targets.
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

CC ?= gcc
ifeq ($(origin CC),default)
CC := gcc
endif
BUILD ?= build
SAN ?=
V ?= 0
say = $(if $(filter 0,$V),@echo "  $1 $@" &&)
MODE := $(if $(SAN),$(SAN),release)
OUT := $(BUILD)/$(MODE)
PREFIX ?= /usr/local
DESTDIR ?=
FUZZ_SECONDS ?= 60

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wformat=2 -Wundef \
	-Wvla -Wcast-qual -Wwrite-strings -Wpointer-arith -Wstrict-prototypes \
	-Wmissing-prototypes -Wredundant-decls -Wswitch-enum -Wnull-dereference \
	-Wimplicit-fallthrough -Wdouble-promotion -Werror=format-security $(if $(CI),-Werror)
HARDEN := -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection -fcf-protection
CFLAGS_release := -O2 -g $(HARDEN) -ffunction-sections -fdata-sections \
	-fno-asynchronous-unwind-tables
CFLAGS_address := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined \
	-fno-sanitize-recover=all -Wno-format-truncation
CFLAGS_thread := -O1 -g -fno-omit-frame-pointer -fsanitize=thread -Wno-format-truncation
CFLAGS_all := -std=c17 -D_GNU_SOURCE -I. -fPIE -fno-common $(WARN) $(CFLAGS_$(MODE)) $(CFLAGS)
LDFLAGS_release := -pie -Wl,-z,relro,-z,now,-z,noexecstack -Wl,-z,pack-relative-relocs \
	-Wl,--gc-sections,--as-needed,-O1
LDFLAGS_address := -fsanitize=address,undefined
LDFLAGS_thread := -fsanitize=thread
LDFLAGS_all := $(LDFLAGS_$(MODE)) $(LDFLAGS) -pthread

# An area is a folder and a library; what it needs of the others stands here once.
AREAS := common letters io hub store hash server client
DIRS_common := common
DIRS_letters := server/letters
DIRS_io := server/io
DIRS_hub := server/hub $(addprefix server/hub/,state journal people wire history rooms pages door admin commands)
DIRS_store := server/store
DIRS_hash := server/hash
DIRS_server := server
DIRS_client := client client/net client/model client/ui
MAINS := server/main.c client/main.c

srcs = $(filter-out $(MAINS),$(foreach d,$(DIRS_$1),$(wildcard $d/*.c)))
objs = $(patsubst %.c,$(OUT)/%.o,$(call srcs,$1))
lib = $(OUT)/lib$1.a

NEEDS_common := common
NEEDS_letters := letters common
NEEDS_io := io letters common
NEEDS_hub := hub store letters common
SUPPORT_letters = $(OUT)/tests/support/random_entry.o
SUPPORT_store = $(OUT)/tests/support/disk.o $(OUT)/tests/support/disk_node.o $(SUPPORT_letters)
SUPPORT_hub = $(OUT)/tests/support/hub_fixture.o $(OUT)/tests/support/pattern.o
NEEDS_store := store letters common
NEEDS_hash := hash letters common
NEEDS_server := server io hub store hash letters common
NEEDS_client := client common
LIBS_common := -ljansson -lssl -lcrypto -lsodium -linih
LIBS_server := -lsqlite3 -lqrencode $(LIBS_common)
LIBS_client := -lutf8proc $(LIBS_common)
LIBS_letters := $(LIBS_common)
LIBS_io := $(LIBS_common)
LIBS_hub := -lsqlite3 $(LIBS_common)
LIBS_store := -lsqlite3 $(LIBS_common)
LIBS_hash := $(LIBS_common)

.PHONY: all help run units e2e fuzzers deps check check-all bench fuzz lint install uninstall format clean
all: $(OUT)/snugd $(OUT)/snug ## build both programs

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# The schema's migrations, embedded in order.
$(OUT)/gen/migrations.c: db/embed.awk $(sort $(wildcard db/[0-9]*.sql))
	@mkdir -p $(@D)
	$(call say,GEN) awk -f $^ > $@
$(OUT)/gen/migrations.o: $(OUT)/gen/migrations.c
	$(call say,CC ) $(CC) $(CFLAGS_all) -c -o $@ $<

$(OUT)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC ) $(CC) $(CFLAGS_all) -MMD -MP -c -o $@ $<

define area
$(call lib,$1): $(call objs,$1) $(if $(filter store,$1),$(OUT)/gen/migrations.o)
	@mkdir -p $$(@D)
	$$(call say,AR ) rm -f $$@ && ar rcs $$@ $$^
.PHONY: lib-$1 unit-$1
lib-$1: $(call lib,$1)
TESTS_$1 := $$(patsubst tests/unit/$1/%.c,$(OUT)/unit/$1/%,$$(wildcard tests/unit/$1/test_*.c))
$$(TESTS_$1): $(OUT)/unit/$1/%: $(OUT)/tests/unit/$1/%.o $(SUPPORT_$1) $(foreach n,$(NEEDS_$1),$(call lib,$n))
	@mkdir -p $$(@D)
	$$(call say,LD ) $(CC) $(LDFLAGS_all) -o $$@ $$^ $(LIBS_$1) -lcmocka
unit-$1: $$(TESTS_$1)
	@set -e; for t in $$(TESTS_$1); do echo "== $$$$t"; $$$$t; done
endef
$(foreach a,$(AREAS),$(eval $(call area,$a)))
.SECONDARY:

program_libs = $(foreach n,$(NEEDS_$1),$(call lib,$n))
$(OUT)/snugd: $(OUT)/server/main.o $(call program_libs,server)
	$(call say,LD ) $(CC) $(LDFLAGS_all) -o $@ $^ $(LIBS_server)
$(OUT)/snug: $(OUT)/client/main.o $(call program_libs,client)
	$(call say,LD ) $(CC) $(LDFLAGS_all) -o $@ $^ $(LIBS_client)

$(OUT)/snugload: $(patsubst %.c,$(OUT)/%.o,$(wildcard tests/bench/load*.c)) $(call lib,common)
	$(call say,LD ) $(CC) $(LDFLAGS_all) -o $@ $^ $(LIBS_common)

$(OUT)/snugstore: $(OUT)/tests/bench/store.o $(call program_libs,store)
	$(call say,LD ) $(CC) $(LDFLAGS_all) -o $@ $^ $(LIBS_store)

$(OUT)/snugfloor: $(OUT)/tests/bench/floor.o $(call lib,common)
	$(call say,LD ) $(CC) $(LDFLAGS_all) -o $@ $^ $(LIBS_common)

# Talk scripts: conversations played on a bare hub and on a real server.
TALKS := $(sort $(wildcard tests/talk/*.talk))
$(OUT)/talk_hub: $(OUT)/tests/talk/talk_hub.o $(OUT)/tests/support/talk.o $(SUPPORT_hub) \
		$(foreach n,$(NEEDS_hub),$(call lib,$n))
	$(call say,LD ) $(CC) $(LDFLAGS_all) -o $@ $^ $(LIBS_hub) -lcmocka
.PHONY: talk
talk: $(OUT)/talk_hub ## play the talk scripts on the hub
	@$(OUT)/talk_hub $(TALKS)

$(OUT)/talk_server: $(OUT)/tests/talk/talk_server.o $(OUT)/tests/support/talk.o \
		$(OUT)/tests/support/pattern.o $(call lib,common)
	$(call say,LD ) $(CC) $(LDFLAGS_all) -o $@ $^ $(LIBS_common)
SHARDS ?= 0 2
.PHONY: talk-server
talk-server: $(OUT)/talk_server $(OUT)/snugd ## play the talk scripts on the server, over TLS
	@set -e; for n in $(SHARDS); do $(OUT)/talk_server $(OUT)/snugd $$n $(TALKS); done

# The simulation: seeds that play people, crashes and a failing disk; then, without the
# gate, the unique index, or fsync, it must notice.
SEEDS ?= 1000
SIM_OBJS := $(patsubst %.c,$(OUT)/%.o,$(wildcard tests/sim/*.c))
$(OUT)/sim: $(SIM_OBJS) $(OUT)/tests/support/disk.o $(OUT)/tests/support/disk_node.o \
		$(foreach n,$(NEEDS_hub),$(call lib,$n))
	$(call say,LD ) $(CC) $(LDFLAGS_all) -o $@ $^ $(LIBS_hub)
.PHONY: sim
sim: $(OUT)/sim ## play SEEDS seeds of the simulation, and its three tests of the test
	@$(OUT)/sim 1 $(SEEDS)
	@for what in gate index fsync; do $(OUT)/sim 1 200 $$what || exit 1; done

PORT ?= 6697
run: ## install what is missing, build, host a throw-away room, print how to join it
	@tests/support/deps build
	@$(MAKE) --no-print-directory -s all
	@tests/support/demo $(OUT) $(BUILD)/demo $(PORT)

units: $(foreach a,$(AREAS),unit-$a)

.PHONY: test-programs
test-programs: all $(OUT)/snugload $(OUT)/talk_hub $(OUT)/talk_server $(OUT)/sim \
		$(foreach a,$(AREAS),$(TESTS_$a)) ## build all that the tests run

check: ## install what is missing, then run everything that must hold
	@tests/support/deps check
	@tests/support/check $(BUILD)

check-all: check faults interop ## and the long versions

IO_THREADS ?= 0
e2e: all $(OUT)/snugload
	@SNUG_BIN=$(OUT) SNUG_IO_THREADS=$(IO_THREADS) python3 -m unittest discover -s tests/e2e -p 'test_*.py'

.PHONY: faults
faults: all $(OUT)/snugload $(OUT)/sim ## kills, power cuts, full disks, dead peers: the long versions (half an hour)
	@SNUG_BIN=$(OUT) SNUG_IO_THREADS=$(IO_THREADS) python3 tests/e2e/faults.py all

.PHONY: interop
interop: all ## a day with irssi, WeeChat, catgirl and a bot; their screens go to BUILD/screens
	@tests/support/deps check
	@mkdir -p $(BUILD)/screens
	@SNUG_BIN=$(OUT) SNUG_IO_THREADS=$(IO_THREADS) SNUG_SCREENS=$(abspath $(BUILD)/screens) \
		python3 tests/e2e/test_interop.py -v

deps: ## install what the tests need from Debian's packages
	@tests/support/deps check

lint: $(OUT)/snugd $(OUT)/snug ## layers, budgets, banned calls, writable globals
	@sh tests/lint/run . $(foreach a,$(AREAS),$(call objs,$a))
	@python3 tests/lint/protocol.py .
	@python3 tests/lint/waits.py .
	@sh tests/lint/selftest

install: all ## copy programs, manuals and completions below DESTDIR/PREFIX
	install -D -m 755 -t $(DESTDIR)$(PREFIX)/bin $(OUT)/snugd $(OUT)/snug
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man1 docs/snug.1
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man5 docs/snugd.conf.5
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man8 docs/snugd.8
	for shell in bash zsh fish; do $(OUT)/snug completion $$shell >$(OUT)/completion.$$shell || exit 1; done
	install -D -m 644 $(OUT)/completion.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/snug
	install -D -m 644 $(OUT)/completion.zsh $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_snug
	install -D -m 644 $(OUT)/completion.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/snug.fish

uninstall: ## remove what install copied
	rm -f $(DESTDIR)$(PREFIX)/bin/snugd $(DESTDIR)$(PREFIX)/bin/snug
	rm -f $(DESTDIR)$(PREFIX)/share/man/man1/snug.1
	rm -f $(DESTDIR)$(PREFIX)/share/man/man5/snugd.conf.5
	rm -f $(DESTDIR)$(PREFIX)/share/man/man8/snugd.8
	rm -f $(DESTDIR)$(PREFIX)/share/bash-completion/completions/snug
	rm -f $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_snug
	rm -f $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/snug.fish

# BENCH=--quick for a minute without peers; BENCH="--only logins,storm" for parts.
BENCH ?=
bench: all $(OUT)/snugload $(OUT)/snugfloor $(OUT)/snugstore ## measure beside a floor and the peers that are installed
	@tests/bench/run.py $(OUT) --json $(BUILD)/bench.json --markdown $(BUILD)/bench.md \
		$(if $(findstring quick,$(BENCH)),,--document docs/PERFORMANCE.md) $(BENCH)

TRIALS ?= 100
.PHONY: bench-client
bench-client: all ## measure every bar of the client, beside the peers that are installed
	@tests/bench/client.py $(OUT) --trials $(TRIALS) --document docs/CLIENT_BARS.md

# Fuzzers: one binary a target, corpus beside it.
FUZZERS := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_FLAGS := -std=c17 -D_GNU_SOURCE -I. -O1 -g -fno-sanitize-recover=all \
	-fsanitize=fuzzer-no-link,address,undefined
FUZZED := $(call srcs,common) $(call srcs,letters) $(call srcs,hub) \
	$(filter client/model/% client/ui/%,$(call srcs,client))
$(BUILD)/fuzz/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC ) clang $(FUZZ_FLAGS) -MMD -MP -c -o $@ $<
$(BUILD)/fuzz/libfuzzed.a: $(FUZZED:%.c=$(BUILD)/fuzz/%.o)
	$(call say,AR ) rm -f $@ && ar rcs $@ $^
$(BUILD)/fuzz/%: $(BUILD)/fuzz/tests/fuzz/%.o $(BUILD)/fuzz/libfuzzed.a
	$(call say,LD ) clang -fsanitize=fuzzer,address,undefined -o $@ $^ $(LIBS_client) -pthread
fuzzers: $(FUZZERS:%=$(BUILD)/fuzz/%)
fuzz: fuzzers ## run every fuzzer for FUZZ_SECONDS
	@set -e; for f in $(FUZZERS); do echo "== $$f"; mkdir -p $(BUILD)/corpus/$$f; \
		$(BUILD)/fuzz/$$f -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=1024 \
		-artifact_prefix=$(BUILD)/fuzz/ -verbosity=0 -print_final_stats=1 \
		$(BUILD)/corpus/$$f $$(ls -d tests/fuzz/corpus/$$f 2>/dev/null); done

format: ## clang-format the tree
	clang-format -i $$(git ls-files '*.c' '*.h')

clean: ## remove what was built
	rm -rf $(BUILD)

-include $(shell find $(OUT) $(BUILD)/fuzz -name '*.d' 2>/dev/null)
