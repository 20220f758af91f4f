/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A web server that gives one file, with ranges; it answers in threads of its own. */
typedef struct _HttpFixture HttpFixture;

HttpFixture *http_fixture_new (const char *path);
void http_fixture_free (HttpFixture *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HttpFixture, http_fixture_free)

const char *http_fixture_get_uri (HttpFixture *self);
/* How many answers began elsewhere than at the file's beginning. */
guint http_fixture_get_n_ranges (HttpFixture *self);

G_END_DECLS
