/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Passes: first viewing, second viewing … A walker's own, one count a track. */
#include "lw-session-private.h"

#define PASSES_MAX 1000

static char *
pass_key (LwSession *self, const char *name)
{
  char id[LW_ID_TEXT_LENGTH + 1];
  lw_id_format (&self->track->id, id);
  return g_strconcat (name, ":", id, NULL);
}

static guint
load_number (LwSession *self, const char *name)
{
  g_autofree char *key = pass_key (self, name);
  g_autofree char *value = lw_store_get_setting (self->store, key, NULL);
  guint64 number = 1;
  if (value == NULL || !g_ascii_string_to_unsigned (value, 10, 1, PASSES_MAX, &number, NULL))
    return 1;
  return (guint)number;
}

static gboolean
save_number (LwSession *self, const char *name, guint number, GError **error)
{
  g_autofree char *key = pass_key (self, name);
  g_autofree char *value = g_strdup_printf ("%u", number);
  return lw_store_set_setting (self->store, key, value, error);
}

void
lw_session_load_passes (LwSession *self)
{
  self->pass = load_number (self, "pass");
  self->n_passes = MAX (load_number (self, "passes"), self->pass);
  /* Notes may have come from another machine, where more viewings were made. */
  for (guint pass = self->n_passes + 1; pass <= PASSES_MAX; pass++) {
    LwNoteQuery query = {.track_id = &self->track->id, .pass = pass};
    guint64 count = 0;
    if (!lw_store_count (self->store, &query, &count, NULL) || count == 0)
      break;
    self->n_passes = pass;
  }
  lw_session_notify (self, LW_SESSION_PROP_PASS);
}

guint
lw_session_get_pass (LwSession *self)
{
  g_return_val_if_fail (LW_IS_SESSION (self), 1);
  return self->pass;
}

guint
lw_session_get_n_passes (LwSession *self)
{
  g_return_val_if_fail (LW_IS_SESSION (self), 1);
  return self->n_passes;
}

gboolean
lw_session_set_pass (LwSession *self, guint pass, GError **error)
{
  g_return_val_if_fail (LW_IS_SESSION (self), FALSE);
  if (!lw_session_require_open (self, error))
    return FALSE;
  g_return_val_if_fail (pass >= 1 && pass <= self->n_passes, FALSE);
  if (!save_number (self, "pass", pass, error))
    return FALSE;
  self->pass = pass;
  lw_session_notify (self, LW_SESSION_PROP_PASS);
  return TRUE;
}

gboolean
lw_session_begin_pass (LwSession *self, GError **error)
{
  g_return_val_if_fail (LW_IS_SESSION (self), FALSE);
  if (!lw_session_require_open (self, error))
    return FALSE;
  if (self->n_passes >= PASSES_MAX) {
    g_set_error (error, LW_SESSION_ERROR, LW_SESSION_ERROR_NOT_OPEN,
                 _ ("This lesson has had %u viewings; more are not counted."), self->n_passes);
    return FALSE;
  }
  guint pass = self->n_passes + 1;
  if (!save_number (self, "passes", pass, error) || !save_number (self, "pass", pass, error))
    return FALSE;
  self->pass = self->n_passes = pass;
  lw_engine_seek (self->engine, 0, LW_SEEK_EXACT);
  lw_session_notify (self, LW_SESSION_PROP_PASS);
  return TRUE;
}
