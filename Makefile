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
OUT := $(BUILD)/$(MODE)$(if $(filter poll,$(LOOP)),-poll)
PREFIX ?= /usr/local
DESTDIR ?=
FUZZ_SECONDS ?= 60

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wformat=2 -Wundef \
	-Wvla -Wcast-qual -Wwrite-strings -Wpointer-arith -Wstrict-prototypes \
	-Wmissing-prototypes -Wredundant-decls -Wswitch-enum -Wnull-dereference \
	-Wimplicit-fallthrough -Wdouble-promotion -Werror=format-security $(if $(CI),-Werror)
HARDEN := -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection -fcf-protection \
	-ftrivial-auto-var-init=zero -fzero-call-used-regs=used-gpr
# The folder that it is built in is not in what is built.
HERE := -ffile-prefix-map=$(CURDIR)=.
CFLAGS_release := -O2 -g $(HARDEN) $(HERE) -ffunction-sections -fdata-sections \
	-fno-asynchronous-unwind-tables
CFLAGS_address := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined \
	-fno-sanitize-recover=all -Wno-format-truncation
CFLAGS_thread := -O1 -g -fno-omit-frame-pointer -fsanitize=thread -Wno-format-truncation
CFLAGS_trace := -O0 -g -finstrument-functions
# Counted as clang does; an assert is no branch that anybody can take. What is only there for one is
# unused then: warnings are for the other modes.
CFLAGS_coverage := -O1 -g -fprofile-instr-generate -fcoverage-mapping -DNDEBUG
CFLAGS_all := -std=c17 -D_GNU_SOURCE -I. -fPIE -fno-common $(if $(filter coverage,$(MODE)),-w,$(WARN)) $(CFLAGS_$(MODE)) $(CFLAGS)
LDFLAGS_release := -pie -Wl,-z,relro,-z,now,-z,noexecstack -Wl,-z,pack-relative-relocs \
	-Wl,--gc-sections,--as-needed,-O1
LDFLAGS_address := -fsanitize=address,undefined
LDFLAGS_thread := -fsanitize=thread
LDFLAGS_coverage := -fprofile-instr-generate
TRACER := $(if $(filter trace,$(MODE)),$(OUT)/tests/support/trace.o)
KEEPER := $(if $(filter address,$(MODE)),$(OUT)/tests/support/leaks.o)
LDFLAGS_all := $(LDFLAGS_$(MODE)) $(LDFLAGS) -pthread

# The main of a unit test is compiled as test_x_main: tests/support/unit.c is the program around it.
FILE_FLAGS = $(if $(findstring /store/,$@)$(findstring /pg_,$@),$(CFLAGS_postgresql)) $(if $(filter $(OUT)/tests/unit/%,$@),-Dmain=$(*F)_main -include tests/support/unit.h) \
	$(if $(filter %/unit.o,$@),-I$(@D)) $(if $(filter %/trace.o,$@),-fno-instrument-functions)
COMPILE = $(CC) $(CFLAGS_all) $(FILE_FLAGS) -MMD -MP -c -o
ARCHIVE = ar rcs
LINK = $(CC) $(LDFLAGS_all) -o

# NAME.by holds BY_NAME: what a file is made by and from. It is written when that changed, and only
# then. So other flags, another list of files or an edited recipe make anew what they concern.
# GNU make 4.3 at times leaves the newline at the end of what $(file <) reads: strip takes it.
same = $(call equal,$(strip $1),$(strip $2))
equal = $(and $(findstring x$1x,x$2x),$(findstring x$2x,x$1x))
comma := ,
keep = $(if $(call same,$1,$(file <$@)),,$(shell mkdir -p $(@D))$(file >$@,$1))
$(BUILD)/%.by: FORCE
	$(call keep,$(BY_$(*F)))
.PHONY: FORCE
BY_compile = $(COMPILE) $(value FILE_FLAGS)

# An area is a folder and a library; what it needs of the others stands here once.
AREAS := common letters io hub lease store backup restore files hash gss import push oidc beside issuer errand pam server picture client
DIRS_common := common
DIRS_letters := server/letters
DIRS_io := server/io
DIRS_hub := server/hub $(addprefix server/hub/,state journal people wire history files rooms pages push door admin commands web)
DIRS_lease := server/store/lease
# The engines of the store that are built in: a folder and a struct store_engine each. PostgreSQL
# is one where libpq is; make PG=0 leaves it out.
PG ?= $(if $(shell pkg-config --libs libpq 2>/dev/null),1,0)
ENGINES := sqlite $(if $(filter 0,$(PG)),,postgresql)
CFLAGS_postgresql := $(patsubst -I%,-isystem %,$(shell pkg-config --cflags libpq 2>/dev/null))
LIBS_postgresql := $(shell pkg-config --libs libpq 2>/dev/null)
LIBS_sqlite := -lsqlite3
LIBS_engines := $(foreach e,$(ENGINES),$(LIBS_$e))
DIRS_store := server/store server/store/lease $(addprefix server/store/,$(ENGINES))
DIRS_backup := server/backup
DIRS_restore := server/restore
DIRS_files := server/files
DIRS_hash := server/hash
DIRS_gss := server/gss
DIRS_import := server/import
DIRS_push := server/push
DIRS_oidc := server/oidc
DIRS_beside := server/beside
DIRS_issuer := server/issuer
DIRS_errand := server/errand
DIRS_pam := server/pam
DIRS_server := server
DIRS_picture := client/picture
DIRS_client := client $(addprefix client/,net model text sync slash seat api outside files sign_in ui app verbs)
MAINS := server/main.c client/main.c server/errand/errand_main.c server/pam/door_main.c client/picture/picture_main.c

# What a loop waits by: linux, or poll for a system that has no more (docs/LOOP.md).
LOOP ?= linux
OTHER_LOOPS := $(filter-out %_$(LOOP).c,$(wildcard common/*_linux.c common/*_poll.c))
srcs = $(filter-out $(MAINS) $(OTHER_LOOPS),$(foreach d,$(DIRS_$1),$(wildcard $d/*.c)))
objs = $(patsubst %.c,$(OUT)/%.o,$(call srcs,$1))
lib = $(OUT)/lib$1.a

GEN_store := migrations engines $(if $(filter postgresql,$(ENGINES)),migrations_postgresql)
GEN_io := assets

NEEDS_common := common
NEEDS_letters := letters common
NEEDS_io := io letters common
NEEDS_hub := hub store letters common
SUPPORT_letters = $(OUT)/tests/support/random_entry.o
SUPPORT_store = $(OUT)/tests/support/stored.o $(OUT)/tests/support/failing_sql.o $(OUT)/tests/support/disk.o $(OUT)/tests/support/disk_node.o $(SUPPORT_letters)
SUPPORT_hub = $(patsubst %,$(OUT)/tests/support/%.o,hub_fixture hub_fixture_database hub_fixture_push \
	hub_fixture_identity hub_fixture_hash hub_fixture_verb hub_peer hub_mail log_engine pattern stored)
NEEDS_lease := lease letters common
NEEDS_store := store letters common
NEEDS_backup := backup store letters common
NEEDS_restore := restore backup store letters common
NEEDS_files := files letters common
NEEDS_hash := hash letters common
NEEDS_gss := gss letters common
SUPPORT_gss = $(OUT)/tests/support/press.o
NEEDS_import := import letters common
NEEDS_push := push letters common
NEEDS_oidc := oidc letters common
SUPPORT_oidc = $(OUT)/tests/support/minted.o
NEEDS_beside := beside common
SUPPORT_issuer = $(SUPPORT_oidc)
NEEDS_issuer := issuer oidc beside letters common
NEEDS_errand := errand beside common
NEEDS_pam := pam beside common
NEEDS_server := server issuer oidc beside import push io hub restore backup store files hash gss letters common
SUPPORT_client = $(OUT)/tests/support/loose_world.o
NEEDS_picture := picture common
NEEDS_client := client common
LIBS_common := -lutf8proc -ljansson -lssl -lcrypto -lsodium -linih
LIBS_server := $(LIBS_engines) -lqrencode -lseccomp -lnettle -lgssapi_krb5 -lkrb5 $(LIBS_common)
LIBS_picture := -lseccomp
LIBS_client := -lqrencode -lresolv $(LIBS_common)
LIBS_letters := $(LIBS_common)
LIBS_io := $(LIBS_common)
LIBS_lease := $(LIBS_common)
LIBS_hub := $(LIBS_engines) $(LIBS_common)
LIBS_store := $(LIBS_engines) $(LIBS_common)
LIBS_backup := $(LIBS_engines) $(LIBS_common)
LIBS_restore := $(LIBS_engines) $(LIBS_common)
LIBS_files := $(LIBS_common)
LIBS_hash := -lnettle $(LIBS_common)
LIBS_gss := -lgssapi_krb5 -lkrb5 $(LIBS_common)
LIBS_import := $(LIBS_common)
LIBS_push := $(LIBS_common)
LIBS_oidc := -lm $(LIBS_common)
LIBS_beside := -lseccomp $(LIBS_common)
LIBS_issuer := -lm $(LIBS_beside)
LIBS_errand := -lcurl $(LIBS_beside)
LIBS_pam := -lpam $(LIBS_common)

.PHONY: all help run units e2e fuzzers deps check check-all bench fuzz lint install uninstall format clean
all: $(OUT)/snugd $(OUT)/snug $(OUT)/snug-picture $(OUT)/snug-errand $(OUT)/snug-door $(OUT)/snug-acme ## build the programs

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# The schema's migrations, embedded in order, and what they make together.
MIGRATIONS := db/embed.awk $(sort $(wildcard db/[0-9]*.sql)) db/schema.sql
BY_migrations = awk -f $(MIGRATIONS)
$(OUT)/gen/migrations.c: $(MIGRATIONS) $(OUT)/migrations.by
	@mkdir -p $(@D)
	$(call say,GEN) awk -f $(MIGRATIONS) > $@
# ... those of PostgreSQL, which begin where it did ...
MIGRATIONS_postgresql := $(sort $(wildcard db/postgresql/[0-9]*.sql))
AWK_migrations_postgresql = awk -v of=pg_ -v first=37 -f db/embed.awk $(MIGRATIONS_postgresql)
BY_migrations_postgresql = $(AWK_migrations_postgresql)
$(OUT)/gen/migrations_postgresql.c: db/embed.awk $(MIGRATIONS_postgresql) $(OUT)/migrations_postgresql.by
	@mkdir -p $(@D)
	$(call say,GEN) $(AWK_migrations_postgresql) > $@
# ... and the list of the engines.
LIST_engines = $(foreach e,$(ENGINES),printf '\043include "server/store/%s_engine.h"\n' $e/$e &&) \
	echo 'const struct store_engine *const engines[] = {$(foreach e,$(ENGINES),&$e_engine$(comma)) 0};'
BY_engines = $(LIST_engines)
$(OUT)/gen/engines.c: $(OUT)/engines.by
	@mkdir -p $(@D)
	$(call say,GEN) { $(LIST_engines); } > $@
# The page for browsers, embedded, where what makes it is here; a page that says so where it is not.
SHOWN := $(BUILD)/shown
PAGE := $(BUILD)/web
PAGE_TOOLS := clang wasm-ld wasm-opt esbuild brotli
PAGE_LIBS := $(and $(wildcard /usr/lib/wasm32-wasi/crt1-reactor.o),\
	$(wildcard /usr/lib/llvm-*/lib/clang/*/lib/wasi/libclang_rt.builtins-wasm32.a))
CAN_PAGE := $(and $(PAGE_LIBS),$(filter $(words $(PAGE_TOOLS)),$(words $(foreach t,$(PAGE_TOOLS),$(shell command -v $t)))))
$(SHOWN)/made: client/web/bundle client/model/emoji.def common/alike.def \
		$(wildcard client/web/plain/* client/web/page/* client/web/page/*/*) $(if $(CAN_PAGE),$(PAGE)/core.wasm) $(BUILD)/page.by
	$(call say,GEN) client/web/bundle "$(if $(CAN_PAGE),$(abspath $(PAGE)/core.wasm))" $(abspath $(SHOWN)) && touch $@
BY_page = the page: $(CAN_PAGE)
.PHONY: page
page: $(SHOWN)/made ## make the page for browsers in BUILD/shown, and count what it takes to begin
	@$(if $(CAN_PAGE),tests/lint/page_bytes $(SHOWN),echo "page: skipped ($(PAGE_TOOLS), wasi-libc and libclang-rt-14-dev-wasm32 make it)")
$(OUT)/gen/assets.c: $(SHOWN)/made server/io/embed
	@mkdir -p $(@D)
	$(call say,GEN) server/io/embed $(SHOWN) > $@
$(OUT)/gen/%.o: $(OUT)/gen/%.c $(OUT)/compile.by
	$(call say,CC ) $(COMPILE) $@ $<

$(OUT)/%.o: %.c $(OUT)/compile.by
	@mkdir -p $(@D)
	$(call say,CC ) $(COMPILE) $@ $<

# program,NAME,what it is made from,libraries of the system
define program
BY_$1 = $$(LINK) $2 $3
$(OUT)/$1: $2 $(OUT)/$1.by
	$$(call say,LD ) $$(LINK) $$@ $2 $3
endef
needs = $(foreach n,$(NEEDS_$1),$(call lib,$n))

define area
BY_lib$1 = $$(ARCHIVE) $(call objs,$1)
$(call lib,$1): $(call objs,$1) $(GEN_$1:%=$(OUT)/gen/%.o) $(OUT)/lib$1.by
	$$(call say,AR ) rm -f $$@ && $$(ARCHIVE) $$@ $$(filter %.o,$$^)
.PHONY: lib-$1 unit-$1
lib-$1: $(call lib,$1)
endef
$(foreach a,$(AREAS),$(eval $(call area,$a)))

# All tests of an area are one program; `make unit-hub TEST=test_ban` plays one of them. Where a
# migration is new, only the one that writes db/schema.sql can be: no store opens before.
TEST ?= $(if $(SNUG_WRITE_SCHEMA),test_schema)
TESTED := $(filter $(AREAS),$(notdir $(wildcard tests/unit/*)))
UNTESTED := $(if $(filter postgresql,$(ENGINES)),,test_pg_%)
tests = $(filter-out $(UNTESTED),$(patsubst tests/unit/$1/%.c,%,$(sort $(wildcard tests/unit/$1/test_*.c))))
$(OUT)/gen/%/tests.def: FORCE
	$(call keep,$(foreach t,$(call tests,$*),TEST($t)))
$(OUT)/gen/%/unit.o: tests/support/unit.c $(OUT)/gen/%/tests.def $(OUT)/compile.by
	$(call say,CC ) $(COMPILE) $@ $<
define tested
$(call program,unit-$1,$(OUT)/gen/$1/unit.o $(patsubst %,$(OUT)/tests/unit/$1/%.o,$(call tests,$1)) \
	$(SUPPORT_$1) $(call needs,$1),$(LIBS_$1) -lcmocka)
unit-$1: $(OUT)/unit-$1
	@$$< $(TEST)
endef
$(foreach a,$(TESTED),$(eval $(call tested,$a)))
# What some of them start.
$(OUT)/unit-client: | $(OUT)/snug-picture $(OUT)/false_chafa
.SECONDARY:

$(eval $(call program,snugd,$(OUT)/server/main.o $(TRACER) $(KEEPER) $(call needs,server),$(LIBS_server)))
$(eval $(call program,snug,$(OUT)/client/main.o $(TRACER) $(call needs,client),$(LIBS_client)))

$(eval $(call program,snug-errand,$(OUT)/server/errand/errand_main.o $(call needs,errand),$(LIBS_errand)))
$(eval $(call program,snug-door,$(OUT)/server/pam/door_main.o $(call needs,pam),$(LIBS_pam)))

# Beside snug, which starts it for each picture that is shown.
$(eval $(call program,snug-picture,$(OUT)/client/picture/picture_main.o $(call needs,picture),$(LIBS_picture)))

$(OUT)/snug-acme: certs/snug-acme
	@mkdir -p $(@D)
	$(call say,CP ) cp $< $@

# What says no answer in the place of a program beside snugd.
$(eval $(call program,stand_in,$(OUT)/tests/support/stand_in.o,))
# What does what a picture tells it to, in the place of chafa.
$(eval $(call program,false_chafa,$(OUT)/tests/support/false_chafa.o,))
# snugd's side of errands, without a snugd.
$(eval $(call program,errander,$(OUT)/tests/support/errander.o $(call needs,beside),$(LIBS_beside)))

# Keys and tickets of Kerberos without a KDC.
$(eval $(call program,presser,$(OUT)/tests/support/presser.o $(OUT)/tests/support/press.o $(call needs,common),\
	-lkrb5 $(LIBS_common)))

# What our readers of HTTP and WebSocket make of bytes, to be compared with others.
$(eval $(call program,web_verdict,$(OUT)/tests/support/web_verdict.o $(call needs,common),$(LIBS_common)))

# The client without a face: what is below its screen needs nothing of it.
FACELESS := $(filter-out $(OUT)/client/ui/% $(OUT)/client/faces.o,$(call objs,client))
$(eval $(call program,headless,$(OUT)/tests/headless/headless.o $(FACELESS) $(call needs,common),\
	$(LIBS_client) -lcmocka))
.PHONY: headless
headless: $(OUT)/headless ## the client without a face joins, talks, edits, searches, mutes
	@$(OUT)/headless

# The page: the client's core with client/web around it, as a module for a browser, where the tools
# for that are. It imports what client/web/web_private.h names, and nothing of any system.
WASM := $(BUILD)/wasm
CORE := $(foreach d,net model text sync slash seat web,$(wildcard client/$d/*.c)) \
	$(patsubst %,common/%.c,alike at_all buf clock_text die_memory idn joiners map msg names numerics pin snug_link span text timed_id url utf8 word)
WASM_TARGET := clang --target=wasm32-wasi
WASM_COMPILE = $(WASM_TARGET) -Oz -ffunction-sections -fdata-sections $(HERE) \
	-mbulk-memory -msign-ext -mnontrapping-fptoint -std=c17 -D_GNU_SOURCE -I. -I$(WASM)/include \
	-Wall -Wextra -Werror -MMD -MP -c -o
WASM_LINK = $(WASM_TARGET) -mexec-model=reactor -Wl,--gc-sections,--strip-all,-z,stack-size=262144 -o
# Nothing lies in the first KiB: wasm-ld begins behind it, and NULL is nobody's.
# Loops are shaped anew on the way, and hardly a function goes into its callers: it is longer so, and
# packs better, each 0.2 KiB less to fetch.
WASM_SHRINK = wasm-opt -aimfs 4 -ocimfs 10 -Oz --flatten --rereloop -Os --converge --low-memory-unused --enable-bulk-memory --enable-sign-ext --enable-nontrapping-float-to-int -o
BY_wasm_compile = $(WASM_COMPILE)
BY_wasm_link = $(WASM_LINK) $(WASM_SHRINK) $(CORE)
# The headers of the system are for another machine, but this one is the same on each.
$(WASM)/include/utf8proc.h: /usr/include/utf8proc.h
	@mkdir -p $(@D) && cp $< $@
$(WASM)/%.o: %.c $(WASM)/include/utf8proc.h $(WASM)/wasm_compile.by
	@mkdir -p $(@D)
	$(call say,CC ) $(WASM_COMPILE) $@ $<
$(PAGE)/core.wasm: $(CORE:%.c=$(WASM)/%.o) $(WASM)/wasm_link.by
	@mkdir -p $(@D)
	$(call say,LD ) $(WASM_LINK) $@.linked $(filter %.o,$^) && $(WASM_SHRINK) $@ $@.linked && rm $@.linked
.PHONY: core-wasm
core-wasm: page ## the same, and look what its module wants of the browser
	@$(if $(CAN_PAGE),tests/lint/core_wasm client/web/web_private.h $(PAGE)/core.wasm)

# What measures: the load, the store alone, the floor.
$(eval $(call program,snugload,$(patsubst %.c,$(OUT)/%.o,$(wildcard tests/bench/load*.c)) \
	$(call needs,common),$(LIBS_common)))
$(eval $(call program,snugstore,$(OUT)/tests/bench/store.o $(call needs,store),$(LIBS_store)))
ifeq ($(filter 0,$(PG)),)
$(eval $(call program,snugpgfloor,$(OUT)/tests/bench/pg_floor.o $(call needs,common),$(LIBS_common) $(LIBS_postgresql)))
endif
$(eval $(call program,snugfloor,$(OUT)/tests/bench/floor.o $(call needs,common),$(LIBS_common)))

# The client as another system would have it: without epoll, signalfd and eventfd.
POLLED := $(BUILD)/release-poll
.PHONY: poll polled
polled: $(OUT)/snugd $(OUT)/snug-picture $(OUT)/snug-errand $(OUT)/snug-door $(OUT)/snug-acme $(OUT)/snugload $(OUT)/stand_in
	@$(MAKE) --no-print-directory LOOP=poll $(patsubst %,$(POLLED)/%,snug headless unit-common unit-client)
poll: polled ## build the client by poll() alone; its units, the client without a face, whole processes
	@tests/support/poll $(OUT) $(POLLED)

# Talk scripts: conversations played on a bare hub and on a real server.
TALKS := $(sort $(wildcard tests/talk/*.talk))
$(eval $(call program,talk_hub,$(OUT)/tests/talk/talk_hub.o $(OUT)/tests/support/talk.o $(SUPPORT_hub) \
	$(call needs,hub),$(LIBS_hub) -lcmocka))
.PHONY: talk
talk: $(OUT)/talk_hub ## play the talk scripts on the hub
	@$(OUT)/talk_hub $(TALKS)

$(eval $(call program,talk_server,$(OUT)/tests/talk/talk_server.o $(OUT)/tests/support/talk.o \
	$(OUT)/tests/support/pattern.o $(OUT)/tests/support/stored.o $(call needs,common),$(LIBS_common)))
SHARDS ?= 0 2
.PHONY: talk-server
talk-server: $(OUT)/talk_server $(OUT)/snugd ## play the talk scripts on the server, over TLS
	@set -e; for n in $(SHARDS); do $(OUT)/talk_server $(OUT)/snugd $$n $(TALKS); done

# The simulation: seeds that play people, crashes and a failing disk, or two servers before one
# replicated engine; then, with something left out on purpose, it must notice.
SEEDS ?= 1000
$(eval $(call program,sim,$(patsubst %.c,$(OUT)/%.o,$(wildcard tests/sim/*.c)) $(SUPPORT_store) \
	$(OUT)/tests/support/hub_mail.o $(OUT)/tests/support/log_engine.o \
	$(call lib,lease) $(call needs,hub),$(LIBS_hub)))
.PHONY: sim
sim: $(OUT)/sim ## play SEEDS seeds of the simulation, and its four tests of the test
	@$(OUT)/sim 1 $(SEEDS)
	@for what in gate index fsync tables; do $(OUT)/sim 1 200 $$what || exit 1; done
.PHONY: sim-pair
sim-pair: $(OUT)/sim ## play SEEDS seeds of its second world, two servers of a pair, and the five tests of that test
	@$(OUT)/sim pair 1 $(SEEDS)
	@for what in no-fence trust-read trust-notice trust-reader no-silence; do $(OUT)/sim pair 1 2000 $$what || exit 1; done

# What somebody who runs code in the server would try: each act in each thread's role.
$(eval $(call program,acts,$(patsubst %.c,$(OUT)/%.o,$(wildcard tests/sandbox/*.c)) $(call needs,server),$(LIBS_server)))
.PHONY: sandbox
sandbox: $(OUT)/acts ## try each act of tests/sandbox/acts.def in each role of the sandbox
	@$(OUT)/acts

# Conditions that are not asked, drawn by SEED (or several): the short tests must notice. Who writes
# a test has more by EACH=60 or AREA=store, or all conditions of one by FILES="common/buf.c"; what
# WHOLE says is left out where it is empty: the short ones of whole processes, as it is for FILES.
SEED ?= 1
EACH ?= 10
AREA ?=
FILES ?=
WHOLE ?= $(if $(FILES),,--whole)
MUTATED := $(addprefix $(OUT)/,talk_hub headless $(foreach a,common letters store io hash hub client,unit-$a) \
	$(if $(WHOLE),snugd snug snug-picture snug-errand snug-door snug-acme talk_server snugload stand_in \
		false_chafa errander web_verdict updates presser))
.PHONY: mutants
mutants: $(MUTATED) ## take conditions away, ten of each area, drawn by SEED: do the short tests notice?
	@tests/mutants/run.py $(OUT) '$(COMPILE)' $(if $(FILES),--files $(FILES),$(SEED) --each $(EACH) --area '$(AREA)') $(WHOLE)

# Of one message, from socket to socket: how many functions it goes through.
.PHONY: way
way: ## trace one message through the server, and from key to wire: which functions it goes through
	@$(MAKE) --no-print-directory SAN=trace $(BUILD)/trace/snugd $(BUILD)/trace/snug
	@tests/support/way $(BUILD)/trace
	@tests/support/way_key $(BUILD)/trace

PORT ?= 6697
WEB_PORT ?= 8443
run: ## install what is missing, build, host a throw-away room, print how to join it
	@tests/support/deps build
	@$(MAKE) --no-print-directory -s all
	@tests/support/demo $(OUT) $(BUILD)/demo $(PORT) $(WEB_PORT)

units: $(TESTED:%=unit-%) ## play all unit tests

.PHONY: test-programs
test-programs: all $(OUT)/snugload $(OUT)/talk_hub $(OUT)/talk_server $(OUT)/sim $(OUT)/acts $(OUT)/headless $(OUT)/stand_in $(OUT)/false_chafa $(OUT)/errander $(OUT)/web_verdict $(OUT)/updates $(OUT)/presser \
		$(TESTED:%=$(OUT)/unit-%) ## build all that the tests run

check: ## install what is missing, then run everything that must hold
	@tests/support/deps check
	@tests/support/check $(BUILD)

check-all: check faults storm interop ## and the long versions

IO_THREADS ?= 0
e2e: all $(OUT)/snugload $(OUT)/stand_in $(OUT)/errander $(OUT)/web_verdict $(OUT)/updates $(OUT)/presser
	@SNUG_BIN=$(OUT) SNUG_IO_THREADS=$(IO_THREADS) python3 -m unittest discover -s tests/e2e -p 'test_*.py'

.PHONY: faults
faults: all $(OUT)/snugload $(OUT)/sim ## kills, power cuts, full disks, dead peers: the long versions (half an hour)
	@SNUG_BIN=$(OUT) SNUG_IO_THREADS=$(IO_THREADS) python3 tests/e2e/faults.py all

.PHONY: storm
storm: all ## many log in at once: an office, guessers, a stop; with shipped limits (some minutes)
	@SNUG_BIN=$(OUT) SNUG_IO_THREADS=$(IO_THREADS) python3 tests/e2e/storm.py

# WRITE=1: what hostile, fuzz-long and coverage found is written into docs/SECURITY.md.
WRITE ?=
WRITTEN = $(if $(WRITE),DOCUMENT=docs/SECURITY.md)

# Somebody who asks for new keys without end, for the ring of those who mean harm.
$(eval $(call program,updates,$(OUT)/tests/support/updates.o $(call needs,common),$(LIBS_common)))
.PHONY: hostile
hostile: all $(OUT)/updates ## people who talk beside attackers of every kind, with shipped limits (some minutes)
	@tests/support/deps hostile
	@$(WRITTEN) SNUG_BIN=$(OUT) SNUG_IO_THREADS=$(IO_THREADS) python3 tests/e2e/hostile.py
	@SNUG_BIN=$(OUT) SNUG_IO_THREADS=$(IO_THREADS) python3 tests/e2e/scanned.py

.PHONY: cost
cost: $(OUT)/unit-hub ## count the instructions of every command for each token that it costs (valgrind; some minutes)
	@tests/support/cost $(OUT)/unit-hub
.PHONY: crowd
crowd: all ## one account asks for the dearest without a pause, beside 20 who chat; 100 rooms at connect
	@SNUG_BIN=$(OUT) SNUG_IO_THREADS=$(IO_THREADS) python3 tests/e2e/crowd.py

.PHONY: interop
interop: all ## a day with irssi, WeeChat, catgirl and a bot; their screens go to BUILD/screens
	@tests/support/deps check
	@mkdir -p $(BUILD)/screens
	@SNUG_BIN=$(OUT) SNUG_IO_THREADS=$(IO_THREADS) SNUG_SCREENS=$(abspath $(BUILD)/screens) \
		python3 tests/e2e/test_interop.py -v

# The page in a browser: a ring of tests of its own, beside check. WEB="tests/web/talk.test.mjs" for
# parts, SCREENS=1 for new pictures in docs/screens.
WEB ?=
.PHONY: web
web: ## try the page in Chromium, with real servers and terminals (what npm has goes to BUILD/npm)
	@tests/support/deps web
	@$(MAKE) --no-print-directory all
	@$(if $(SCREENS),SNUG_SCREENS=$(CURDIR)/docs/screens )tests/web/run $(OUT) $(BUILD) $(WEB)
	@$(if $(WEB),,SNUG_BIN=$(OUT) SNUG_IO_THREADS=$(IO_THREADS) SNUG_SENDS=1000 python3 -m unittest discover -s tests/e2e -p test_page_core.py -k Cut)

.PHONY: acme
acme: all ## a certificate from an authority (pebble), and its renewals, by each way (as root; a minute)
	@tests/support/deps acme
	@SNUG_BIN=$(OUT) SNUG_IO_THREADS=$(IO_THREADS) python3 tests/e2e/acme.py

# What an organisation has: a ring of tests of its own, beside check. SSO="a_case another" for parts.
SSO ?=
.PHONY: sso
sso: all ## sign in with an OpenID issuer (oidc-provider of npm), and with one that lies, is slow or gone (some minutes)
	@tests/support/deps sso
	@SNUG_BIN=$(OUT) SNUG_IO_THREADS=$(IO_THREADS) python3 tests/e2e/sso.py $(SSO)
	@$(if $(SSO),,$(MAKE) --no-print-directory sso-kerberos sso-pam)
.PHONY: sso-kerberos
sso-kerberos: all ## install a KDC where there is none, then log in by its tickets, and by what is none
	@tests/support/deps sso
	@SNUG_BIN=$(OUT) SNUG_IO_THREADS=$(IO_THREADS) python3 tests/e2e/sso_kerberos.py
.PHONY: sso-pam
sso-pam: all ## install slapd and nslcd where there are none, then log in by PAM with the directory there, slow and gone (as root)
	@tests/support/deps sso
	@SNUG_BIN=$(OUT) SNUG_IO_THREADS=$(IO_THREADS) python3 tests/e2e/sso_pam.py

# A second engine and a second machine: a ring of tests of its own, beside check (as root: machines
# are network namespaces). Rounds of pg-long that are in BUILD/pg/rounds are not played again.
PG_ROUNDS := $(BUILD)/pg/rounds
ROUNDS ?= 10
.PHONY: pg pg-suite pg-faults pg-long
pg: pg-suite pg-faults $(OUT)/snugstore $(OUT)/snugpgfloor ## install a PostgreSQL of Debian; suites on it, 20 faults of two machines, both engines beside each other
	@python3 tests/pg/beside.py $(OUT)
pg-suite: test-programs ## the units of store and hub, the talks and the whole processes on PostgreSQL
	@tests/support/deps pg
	@python3 tests/pg/suite.py $(OUT) $(BUILD)/pg
pg-faults: all ## two snugd on a primary and two copies: what people and cluster of the ring promise, then 20 faults
	@tests/support/deps pg
	@SNUG_BIN=$(abspath $(OUT)) PYTHONPATH=tests/e2e:tests/pg python3 -W ignore -m unittest test_histories test_waiting test_second_machine
	@python3 -W ignore tests/pg/test_cluster.py
	@SNUG_BIN=$(OUT) python3 tests/pg/faults.py --broken kill_waiting | grep 'lost [1-9]'
	@SNUG_BIN=$(OUT) python3 tests/pg/faults.py
pg-long: all ## ROUNDS of 20 faults each, which go on where they were ended
	@tests/support/deps pg
	@SNUG_BIN=$(OUT) python3 tests/pg/faults.py --rounds $(ROUNDS) --results $(PG_ROUNDS)

deps: ## install what the tests need from Debian's packages
	@tests/support/deps check

# Lint: rules over all files, analysers over what the programs are made of, proofs that both bite.
# A file that was found good is looked at again when it, a header of it or a rule changed.
LINT := $(BUILD)/lint
LINT_STEPS := rules binary analysed format proofs
LINTED := $(sort $(MAINS) $(OTHER_LOOPS) $(foreach a,$(AREAS),$(call srcs,$a)))
.PHONY: $(LINT_STEPS:%=lint-%) lint-format
lint: ## layers, budgets, banned calls, writable globals; gcc's analyser, clang-tidy, cppcheck
	@$(MAKE) --no-print-directory -k $(if $(filter -j%,$(MAKEFLAGS)),,-j$$(nproc)) $(LINT_STEPS:%=lint-%)

READ := $(sort $(shell find common server client db docs tests -type f ! -path '*/__pycache__/*'))
BY_rules = $(READ)
lint-rules: $(LINT)/rules.ok
$(LINT)/rules.ok: $(READ) $(LINT)/rules.by $(OUT)/snugd $(OUT)/snug
	@sh tests/lint/run . $(foreach a,$(AREAS),$(call objs,$a))
	@python3 tests/lint/protocol.py .
	@python3 tests/lint/page.py .
	@python3 tests/lint/spoken.py .
	@python3 tests/lint/waits.py .
	@python3 tests/lint/ids.py .
	@python3 tests/lint/doors.py .
	@touch $@

lint-binary: $(LINT)/binary.ok
$(LINT)/binary.ok: tests/lint/binary $(foreach p,snugd snug snug-picture snug-errand snug-door,$(OUT)/$p)
	@mkdir -p $(@D)
	@tests/lint/binary $(filter $(OUT)/%,$^) && touch $@

lint-analysed: $(LINTED:%.c=$(LINT)/%.ok) $(LINT)/cppcheck.ok
$(LINT)/%.ok: %.c .clang-tidy tests/lint/analyse
	@mkdir -p $(@D)
	$(call say,LINT) tests/lint/analyse $< $@
$(LINT)/cppcheck.ok: $(LINTED) $(foreach d,$(sort $(dir $(LINTED))),$(wildcard $d*.h $d*.def)) \
		$(wildcard tests/lint/cppcheck*)
	$(call say,LINT) tests/lint/cppcheck $(LINT)/cppcheck $(LINTED) && touch $@

lint-proofs: $(LINT)/selftest.ok $(LINT)/build.ok $(LINT)/changing.ok
BY_selftest = $(LINTED)
$(LINT)/selftest.ok: $(wildcard tests/lint/* .clang-*) docs/PROTOCOL.md docs/SECURITY.md $(LINT)/selftest.by
	@sh tests/lint/selftest && touch $@
$(LINT)/build.ok: Makefile db/embed.awk tests/lint/build $(wildcard tests/support/unit.*)
	@mkdir -p $(@D) && tests/lint/build "$(CC)" && touch $@
# What the followed steps of the document touch, and what they are built and seen with.
$(LINT)/changing.ok: docs/CHANGING.md docs/PROTOCOL.md docs/snugd.8 Makefile .clang-format \
		tests/lint/changing.py tests/lint/protocol.py tests/e2e/test_verbs.py tests/unit/hub/test_modes.c \
		$(wildcard server/letters/* server/hub/rooms/* server/hub/admin/* server/hub/wire/* common/*.[ch])
	@mkdir -p $(@D) && python3 tests/lint/changing.py "$(CC)" && touch $@

# Only what changed since it was found well formed, unless the form itself changed.
FORMATTED := $(filter %.c %.h,$(READ))
lint-format: $(LINT)/format.ok
$(LINT)/format.ok: .clang-format $(FORMATTED)
	@mkdir -p $(@D)
	@clang-format --dry-run -Werror $(if $(filter .clang-format,$?),$(FORMATTED),$?) && touch $@

UNITS := snugd.service snugd@.service snugd.socket snugd-web.socket snugd-backup.service snugd-backup.timer \
	snugd-acme.service snugd-acme.timer snug-door.service
install: all ## copy programs, manuals and completions below DESTDIR/PREFIX
	install -D -m 755 -t $(DESTDIR)$(PREFIX)/bin $(OUT)/snugd $(OUT)/snug $(OUT)/snug-picture $(OUT)/snug-errand $(OUT)/snug-door $(OUT)/snug-acme
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man1 docs/snug.1
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man5 docs/snugd.conf.5
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man8 docs/snugd.8
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system
	for unit in $(UNITS); do sed 's,@PREFIX@,$(PREFIX),' server/units/$$unit >$(DESTDIR)$(PREFIX)/lib/systemd/system/$$unit || exit 1; done
	install -D -m 644 server/package/fail2ban/snugd.conf $(DESTDIR)$(PREFIX)/share/doc/snugd/fail2ban-snugd.conf
	for shell in bash zsh fish; do \
		$(OUT)/snug completion $$shell >$(OUT)/completion.$$shell || exit 1; \
		$(OUT)/snugd completion $$shell >$(OUT)/completion-d.$$shell || exit 1; \
	done
	install -D -m 644 $(OUT)/completion.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/snug
	install -D -m 644 $(OUT)/completion.zsh $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_snug
	install -D -m 644 $(OUT)/completion.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/snug.fish
	install -D -m 644 $(OUT)/completion-d.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/snugd
	install -D -m 644 $(OUT)/completion-d.zsh $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_snugd
	install -D -m 644 $(OUT)/completion-d.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/snugd.fish

# The packages: a ring of tests of its own, beside check.
.PHONY: deb
deb: ## make the Debian packages in BUILD/deb, and try them: installed, upgraded, shut in as the unit says (as root)
	@tests/support/deps deb
	@$(MAKE) --no-print-directory all $(OUT)/snugload $(OUT)/stand_in
	@server/package/build $(BUILD)/deb
	@tests/package/run $(BUILD) $(OUT)

VERSION := $(shell sed -n 's/^.define SNUG_VERSION "\(.*\)"/\1/p' common/version.h)
.PHONY: bom dist twice
bom: all ## list what the programs are made of (CycloneDX), in BUILD/snug.cdx.json
	@tests/support/bom $(VERSION) $(OUT)/snugd $(OUT)/snug >$(BUILD)/snug.cdx.json
dist: all ## make the archive of the last commit, with the bill of materials and the sums, in BUILD/dist
	@tests/support/dist $(BUILD)/dist $(VERSION) $(OUT)/snugd $(OUT)/snug
twice: ## build the programs in two folders and compare them, byte by byte
	@tests/support/twice

uninstall: ## remove what install copied
	rm -f $(foreach p,snugd snug snug-picture snug-errand snug-door snug-acme,$(DESTDIR)$(PREFIX)/bin/$p)
	rm -f $(DESTDIR)$(PREFIX)/share/man/man1/snug.1
	rm -f $(DESTDIR)$(PREFIX)/share/man/man5/snugd.conf.5
	rm -f $(DESTDIR)$(PREFIX)/share/man/man8/snugd.8
	rm -f $(UNITS:%=$(DESTDIR)$(PREFIX)/lib/systemd/system/%)
	rm -f $(DESTDIR)$(PREFIX)/share/doc/snugd/fail2ban-snugd.conf
	rm -f $(foreach p,snug snugd,$(DESTDIR)$(PREFIX)/share/bash-completion/completions/$p)
	rm -f $(foreach p,snug snugd,$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_$p)
	rm -f $(foreach p,snug snugd,$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/$p.fish)

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
FUZZ_FLAGS := -std=c17 -D_GNU_SOURCE -I. $(CFLAGS_postgresql) -O1 -g -fno-sanitize-recover=all \
	-fsanitize=fuzzer-no-link,address,undefined
# What they are made of: the client in a world made by hand, or else the server.
FUZZED_client := $(filter-out common/tls% client/outside/%,$(call srcs,common) $(call srcs,client)) \
	client/outside/srv.c \
	tests/support/hostile.c tests/support/loose_world.c
FUZZED_server := $(call srcs,common) $(call srcs,letters) $(call srcs,hub) $(call srcs,store) $(call srcs,import) \
	$(call srcs,oidc) tests/support/minted.c tests/support/hub_mail.c tests/support/hub_world.c server/admin_json.c \
	$(patsubst %,server/beside/%.c,beside_letter door_letter errand_letter errand_allow child child_walls) \
	$(patsubst %,server/backup/%.c,failed manifest manifest_json part seal stream)
FUZZ_SIDES := client server
FUZZERS_client := $(patsubst %,fuzz_%,edit filter hostile keys mdns picture srv strip view)
FUZZERS_server := $(filter-out $(FUZZERS_client),$(FUZZERS))
FUZZ_COMPILE = clang $(FUZZ_FLAGS) -MMD -MP -c -o
FUZZ_LINK = clang -fsanitize=fuzzer,address,undefined -pthread -o
BY_fuzz_compile = $(FUZZ_COMPILE)
FUZZ_LIBS := $(LIBS_engines) -lseccomp $(LIBS_client)
BY_fuzz_link = $(FUZZ_LINK) $(FUZZ_LIBS)
$(BUILD)/fuzz/%.o: %.c $(BUILD)/fuzz/fuzz_compile.by
	@mkdir -p $(@D)
	$(call say,CC ) $(FUZZ_COMPILE) $@ $<
$(BUILD)/fuzz/gen/%.o: $(OUT)/gen/%.c $(BUILD)/fuzz/fuzz_compile.by
	@mkdir -p $(@D)
	$(call say,CC ) $(FUZZ_COMPILE) $@ $<
define fuzzed
BY_libfuzzed_$1 = $$(ARCHIVE) $(FUZZED_$1)
$(BUILD)/fuzz/libfuzzed_$1.a: $(FUZZED_$1:%.c=$(BUILD)/fuzz/%.o) $(if $(filter server,$1),$(GEN_store:%=$(BUILD)/fuzz/gen/%.o)) $(BUILD)/fuzz/libfuzzed_$1.by
	$$(call say,AR ) rm -f $$@ && $$(ARCHIVE) $$@ $$(filter %.o,$$^)
$(FUZZERS_$1:%=$(BUILD)/fuzz/%): $(BUILD)/fuzz/%: $(BUILD)/fuzz/tests/fuzz/%.o \
		$(BUILD)/fuzz/libfuzzed_$1.a $(BUILD)/fuzz/fuzz_link.by
	$$(call say,LD ) $$(FUZZ_LINK) $$@ $$(filter %.o %.a,$$^) $(FUZZ_LIBS)
endef
$(foreach side,$(FUZZ_SIDES),$(eval $(call fuzzed,$(side))))
fuzzers: $(FUZZERS:%=$(BUILD)/fuzz/%)
fuzz: fuzzers ## run every fuzzer for FUZZ_SECONDS
	@tests/support/fuzz $(BUILD) $(FUZZ_SECONDS) $(FUZZERS)

# Those that speak for somebody hostile have the longer time: minutes of a processor.
LONGER := $(patsubst %,fuzz_%,admin bearer from_program hostile hub jwt rows search to_program)
LONGER_MINUTES ?= 20
OTHER_MINUTES ?= 2
.PHONY: fuzz-long
fuzz-long: fuzzers ## fuzz what speaks for somebody hostile for LONGER_MINUTES each, the others for OTHER_MINUTES (three hours)
	@$(WRITTEN) tests/support/fuzz $(BUILD) $$(($(LONGER_MINUTES) * 60)) $(LONGER)
	@$(WRITTEN) tests/support/fuzz $(BUILD) $$(($(OTHER_MINUTES) * 60)) $(filter-out $(LONGER),$(FUZZERS))

# How much of what reads strangers' bytes the unit tests and the corpora run.
COUNTED := common io hub server client
$(foreach f,frame msg,$(eval $(call program,fuzz_$f,$(OUT)/tests/fuzz/fuzz_$f.o $(call needs,common),-fsanitize=fuzzer $(LIBS_common))))
.PHONY: coverage counted
counted: $(COUNTED:%=$(OUT)/unit-%) $(OUT)/fuzz_frame $(OUT)/fuzz_msg
coverage: ## lines and branches of frame, msg, sasl, verify, tls, line that unit tests and corpora run
	@tests/support/deps coverage
	@$(MAKE) --no-print-directory SAN=coverage CC=clang counted
	@$(WRITTEN) tests/support/coverage $(BUILD)/coverage $(COUNTED)

format: ## clang-format the tree
	clang-format -i $(FORMATTED)

clean: ## remove what was built
	rm -rf $(BUILD)

-include $(shell find $(OUT) $(BUILD)/fuzz $(WASM) $(LINT) -name '*.d' 2>/dev/null)
