/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "lw-protocol.h"

G_BEGIN_DECLS

struct _LwProtocol {
  char *name;
  char *title;
  char *about;
  char *json;
  GArray *phases;     /* LwPhase, whose strings are owned */
  GHashTable *lenses; /* name -> description */
};

/* For g_atomic_rc_box_release_full(). */
void lw_protocol_clear (gpointer data);
/* Lower-case letters, digits and hyphens, beginning with a letter. */
gboolean lw_protocol_is_id (const char *text);

/* From the generated resource: calling it also keeps the linker from leaving the resource out. */
GResource *lw_protocols_get_resource (void);

G_END_DECLS
