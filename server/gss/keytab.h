// SPDX-License-Identifier: MIT
// The keytab, and what else the library of Kerberos reads of this computer.
#pragma once

#include "common/buf.h"
#include "server/gss/acceptor.h"

// Whether it can be read and holds a key of SERVICE/HOST at one of the realms. False with why
// in words.
MUST_USE bool keytab_check(const struct acceptor_settings *settings, struct buf *words);

// A file, or a folder of files; borrowed for the call.
typedef void keytab_file_fn(void *arg, const char *path);
// The settings that the library reads: krb5.conf (KRB5_CONFIG), and what that includes. Some
// may not be there.
void keytab_each_setting(keytab_file_fn *fn, void *arg);
