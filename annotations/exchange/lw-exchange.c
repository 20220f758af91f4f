/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-exchange.h"

#include <string.h>

#include "lw-format.h"

G_DEFINE_QUARK (lw - exchange - error - quark, lw_exchange_error)

#define OMITTED_MAX 100

/* A new format: its file in meson.build, its declaration in lw-format.h, and a line here. */
static const LwFormat *const formats[] = {
    &lw_format_json,
    &lw_format_webvtt,
    &lw_format_csv,
};

const LwFormatInfo *const *
lw_formats (void)
{
  static const LwFormatInfo *infos[G_N_ELEMENTS (formats) + 1];
  static gsize once = 0;

  if (g_once_init_enter (&once)) {
    for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
      infos[i] = &formats[i]->info;
    g_once_init_leave (&once, 1);
  }
  return infos;
}

const LwFormatInfo *
lw_format_by_name (const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    if (g_ascii_strcasecmp (formats[i]->info.name, name) == 0)
      return &formats[i]->info;
  return NULL;
}

const LwFormatInfo *
lw_format_for_path (const char *path)
{
  const char *dot, *slash;

  g_return_val_if_fail (path != NULL, NULL);

  dot = strrchr (path, '.');
  slash = strrchr (path, G_DIR_SEPARATOR);
  if (dot == NULL || (slash != NULL && dot < slash))
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    if (g_ascii_strcasecmp (formats[i]->info.extension, dot + 1) == 0)
      return &formats[i]->info;
  return NULL;
}

const LwFormat *
lw_format_from_info (const LwFormatInfo *info)
{
  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    if (&formats[i]->info == info)
      return formats[i];
  return NULL;
}

LwExchangeReport *
lw_exchange_report_new (void)
{
  LwExchangeReport *report = g_new0 (LwExchangeReport, 1);

  report->omitted = g_ptr_array_new_with_free_func (g_free);
  return report;
}

void
lw_exchange_report_free (LwExchangeReport *report)
{
  if (report == NULL)
    return;
  g_ptr_array_unref (report->omitted);
  g_free (report);
}

void
lw_exchange_report_omit (LwExchangeReport *report, const char *format, ...)
{
  g_autofree char *sentence = NULL;
  va_list args;

  if (report == NULL)
    return;
  va_start (args, format);
  sentence = g_strdup_vprintf (format, args);
  va_end (args);
  /* A hostile file could make it say a million different things. */
  if (report->omitted->len < OMITTED_MAX &&
      !g_ptr_array_find_with_equal_func (report->omitted, sentence, g_str_equal, NULL))
    g_ptr_array_add (report->omitted, g_steal_pointer (&sentence));
}

char *
lw_exchange_read_all (
    GInputStream *in, gsize max_bytes, gsize *ret_length, GCancellable *cancellable, GError **error)
{
  const gsize chunk = 32 * 1024;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  for (;;) {
    gsize before = bytes->len;
    gssize n;

    g_byte_array_set_size (bytes, before + chunk);
    n = g_input_stream_read (in, bytes->data + before, chunk, cancellable, error);
    if (n < 0)
      return NULL;
    g_byte_array_set_size (bytes, before + n);
    if (bytes->len > max_bytes) {
      g_set_error (error, LW_EXCHANGE_ERROR, LW_EXCHANGE_ERROR_LIMIT,
                   "The file is larger than %" G_GSIZE_FORMAT " MiB. Nothing was imported.",
                   max_bytes / (1024 * 1024));
      return NULL;
    }
    if (n == 0)
      break;
  }
  *ret_length = bytes->len;
  g_byte_array_append (bytes, (const guint8 *)"", 1);
  return (char *)g_byte_array_free (g_steal_pointer (&bytes), FALSE);
}

gboolean
lw_exchange_flush (GString *text, GOutputStream *out, GCancellable *cancellable, GError **error)
{
  gboolean ok = g_output_stream_write_all (out, text->str, text->len, NULL, cancellable, error);

  g_string_truncate (text, 0);
  return ok;
}
