/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-store-private.h"

/* @statement, bound to @name and stepped. */
static gboolean
find_meta (LwDb *db, LwStatement *statement, const char *name, gboolean *ret_there, GError **error)
{
  if (statement == NULL)
    return FALSE;
  lw_bind_text (statement, 1, name);
  return lw_step (db, statement, ret_there, error);
}

gboolean
lw_meta_get_int (LwDb *db, const char *name, gint64 *ret_number, GError **error)
{
  g_autoptr (LwStatement) get = lw_db_get (db, "get-meta", error);
  gboolean there;

  if (!find_meta (db, get, name, &there, error))
    return FALSE;
  *ret_number = there ? sqlite3_column_int64 (get, 0) : 0;
  return TRUE;
}

gboolean
lw_meta_get_id (LwDb *db, const char *name, LwId *ret_id, GError **error)
{
  g_autoptr (LwStatement) get = lw_db_get (db, "get-meta", error);
  gboolean there;

  if (!find_meta (db, get, name, &there, error))
    return FALSE;
  *ret_id = there ? lw_column_id (get, 0) : LW_ID_NONE;
  return TRUE;
}

gboolean
lw_meta_set_int (LwDb *db, const char *name, gint64 number, GError **error)
{
  g_autoptr (LwStatement) set = lw_db_get (db, "set-meta", error);

  if (set == NULL)
    return FALSE;
  lw_bind_text (set, 1, name);
  lw_bind_int (set, 2, number);
  return lw_run (db, set, error);
}

gboolean
lw_meta_set_id (LwDb *db, const char *name, const LwId *id, GError **error)
{
  g_autoptr (LwStatement) set = lw_db_get (db, "set-meta", error);

  if (set == NULL)
    return FALSE;
  lw_bind_text (set, 1, name);
  lw_bind_id (set, 2, id);
  return lw_run (db, set, error);
}
