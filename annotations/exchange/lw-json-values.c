/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-json-values.h"

#include <string.h>

/* ---- reading ---- */

gboolean
lw_value_get_id (
    const LwJsonItem *item, const char *member, gboolean needed, LwId *ret_id, GError **error)
{
  const char *text = NULL;

  if (!lw_value_get_text (item, member, needed, &text, error))
    return FALSE;
  if (text == NULL)
    return TRUE;
  if (!lw_id_parse (text, ret_id) || lw_id_is_none (ret_id)) {
    lw_json_set_error (error, item, member,
                       "should be an id such as "
                       "\"0192d3a4-6b1c-7def-8123-456789abcdef\"");
    return FALSE;
  }
  return TRUE;
}

gboolean
lw_json_get_utc (
    const LwJsonItem *item, const char *member, gboolean needed, gint64 *ret_utc_us, GError **error)
{
  const char *text = NULL;

  if (!lw_value_get_text (item, member, needed, &text, error))
    return FALSE;
  if (text == NULL)
    return TRUE;
  /* 0 means "not known" in the model, so 1970-01-01T00:00:00Z itself cannot be told. */
  if (!lw_utc_parse (text, ret_utc_us) || *ret_utc_us <= 0) {
    lw_json_set_error (error, item, member,
                       "should be a date and time after 1970 such as \"2026-11-22T06:00:00Z\"");
    return FALSE;
  }
  return TRUE;
}

gboolean
lw_value_get_texts (const LwJsonItem *item, const char *member, GPtrArray *texts, GError **error)
{
  json_object *list;

  if (!lw_json_get_typed (item, member, json_type_array, &list, error))
    return FALSE;
  for (size_t i = 0; list != NULL && i < json_object_array_length (list); i++) {
    json_object *text = json_object_array_get_idx (list, i);

    if (!json_object_is_type (text, json_type_string) ||
        strlen (json_object_get_string (text)) != (gsize)json_object_get_string_len (text)) {
      lw_json_set_error (error, item, member, "should hold texts only");
      return FALSE;
    }
    g_ptr_array_add (texts, (gpointer)json_object_get_string (text));
  }
  g_ptr_array_add (texts, NULL);
  return TRUE;
}

void
lw_json_report_strangers (LwExchangeReport *report,
                          const LwJsonItem *item,
                          const char *list,
                          const char *const *known)
{
  json_object_object_foreach (item->object, member, value)
  {
    (void)value;
    if (!g_strv_contains (known, member))
      lw_exchange_report_omit (report,
                               "\"%.40s\" of %s is not known to this Lessonwalk, and was left out.",
                               member, list);
  }
}

gboolean
lw_json_fail_by_model (const LwJsonItem *item, const GError *cause, GError **error)
{
  g_autofree char *message = g_strdup (cause->message);

  /* It stands in the middle of a sentence of ours. */
  if (g_str_has_suffix (message, "."))
    message[strlen (message) - 1] = '\0';
  lw_json_set_error (error, item, "", "%s", message);
  return FALSE;
}

gboolean
lw_json_get_utc_ns (const LwJsonItem *item, const char *member, gint64 *ret_utc_ns, GError **error)
{
  const char *text = NULL;

  if (!lw_value_get_text (item, member, FALSE, &text, error))
    return FALSE;
  if (text == NULL || (lw_utc_parse_ns (text, ret_utc_ns) && *ret_utc_ns > 0))
    return TRUE;
  lw_json_set_error (error, item, member,
                     "should be a date and time after 1970 such as "
                     "\"2026-11-22T06:00:00.123456789Z\"");
  return FALSE;
}

/* ---- writing ---- */

void
lw_value_add_text (json_object *object, const char *member, const char *text)
{
  json_object_object_add (object, member, json_object_new_string (text));
}

void
lw_json_add_texts (json_object *object, const char *member, const char *const *texts)
{
  json_object *list = json_object_new_array ();

  for (gsize i = 0; texts[i] != NULL; i++)
    json_object_array_add (list, json_object_new_string (texts[i]));
  json_object_object_add (object, member, list);
}

void
lw_value_add_id (json_object *object, const char *member, const LwId *id)
{
  char text[LW_ID_TEXT_LENGTH + 1];

  if (lw_id_is_none (id))
    return;
  lw_id_format (id, text);
  lw_value_add_text (object, member, text);
}

void
lw_value_add_utc (json_object *object, const char *member, gint64 utc_us)
{
  g_autofree char *text = lw_utc_format (utc_us);

  lw_value_add_text (object, member, text);
}

void
lw_value_add_utc_ns (json_object *object, const char *member, gint64 utc_ns)
{
  g_autofree char *text = utc_ns != 0 ? lw_utc_format_ns (utc_ns) : NULL;

  if (text != NULL)
    lw_value_add_text (object, member, text);
}
