// SPDX-License-Identifier: MIT
// Tells when files may have been renewed, whichever way: written in place, replaced, or by a
// link on their way that was swung to others.
//
// Names are watched in their folders (inotify), so that what is not there yet is seen as well.
// A file counts as written when its writer closes it.
// What a watch misses (a network file system) whoever owns this has to look for now and then.
// Owner: the main thread. Opened before the sandbox, which lets no other be opened.
#pragma once

#include "common/loop.h"

#define CERT_QUIET_MS 2000 // so long nothing may happen to the files

struct cert_watch;

// fn is called when something happened to what is followed, and then nothing for a while. NULL
// where the kernel gives no watch.
MUST_USE struct cert_watch *cert_watch_new(struct loop *l, loop_fn *fn, void *arg);
// NULL is accepted, here and below.
void cert_watch_free(struct cert_watch *w);
// Begins with what is followed anew: first no path, then each.
void cert_watch_reset(struct cert_watch *w);
void cert_watch_follow(struct cert_watch *w, const char *path);
// Lets go of folders that are followed no more.
void cert_watch_settle(struct cert_watch *w);
