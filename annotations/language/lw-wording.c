/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-wording-read.h"
#include "lw-wording-tokens.h"

#include <gio/gio.h>
#include <string.h>

#define ROOT "/lessonwalk/language/"

G_DEFINE_QUARK (lw - wording - error - quark, lw_wording_error)

/* From the generated resource: calling it also keeps the linker from leaving the resource out. */
GResource *lw_language_get_resource (void);

static void
clear_rule (gpointer data)
{
  LwRule *rule = data;

  g_free (rule->id);
  g_free (rule->reason);
  g_free (rule->instead);
}

static void
clear (gpointer data)
{
  LwWording *self = data;

  g_free (self->language);
  g_hash_table_unref (self->clitics);
  g_hash_table_unref (self->abbreviations);
  g_array_unref (self->quotes);
  for (guint i = 0; i < LW_WORDING_N_KINDS; i++) {
    g_free (self->kinds[i].name);
    g_free (self->kinds[i].reason);
    g_free (self->kinds[i].instead);
  }
  g_array_unref (self->rules);
  g_array_unref (self->patterns);
  g_hash_table_unref (self->words);
  g_hash_table_unref (self->stems);
  g_clear_pointer (&self->entries, g_array_unref);
  g_clear_pointer (&self->by_first, g_ptr_array_unref);
  g_clear_pointer (&self->by_flags, g_array_unref);
}

LwWording *
lw_wording_ref (LwWording *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return g_atomic_rc_box_acquire (self);
}

void
lw_wording_unref (LwWording *self)
{
  g_return_if_fail (self != NULL);
  g_atomic_rc_box_release_full (self, clear);
}

LwWording *
lw_wording_parse (const char *json, gsize length, GError **error)
{
  g_autoptr (LwWording) self = NULL;

  g_return_val_if_fail (json != NULL && length <= G_MAXINT, NULL);
  self = g_atomic_rc_box_new0 (LwWording);
  self->clitics = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->abbreviations = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->quotes = g_array_new (FALSE, FALSE, sizeof (LwQuotes));
  self->rules = g_array_new (FALSE, FALSE, sizeof (LwRule));
  g_array_set_clear_func (self->rules, clear_rule);
  self->patterns = g_array_new (FALSE, FALSE, sizeof (LwPattern));
  self->words = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->stems = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (!lw_wording_read (self, json, length, error))
    return NULL;
  return g_steal_pointer (&self);
}

const char *
lw_wording_get_language (LwWording *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->language;
}

/* ---- those that come with Lessonwalk ---- */

static int
compare_languages (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(LwWording *const *)a)->language, (*(LwWording *const *)b)->language);
}

/* (element-type LwWording): read once and never freed, as they do not change; by their names. */
static GPtrArray *
get_shipped (void)
{
  static gsize done;
  static GPtrArray *shipped;

  if (g_once_init_enter (&done)) {
    g_auto (GStrv) names = NULL;

    shipped = g_ptr_array_new ();
    names = g_resource_enumerate_children (lw_language_get_resource (), ROOT,
                                           G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    for (char **name = names; name != NULL && *name != NULL; name++) {
      g_autofree char *path = g_strconcat (ROOT, *name, NULL);
      g_autoptr (GBytes) bytes = g_resource_lookup_data (lw_language_get_resource (), path,
                                                         G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
      g_autoptr (GError) error = NULL;
      LwWording *wording =
          lw_wording_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);

      if (wording == NULL)
        g_error ("%s: %s", *name, error->message); /* a test reads them all */
      g_ptr_array_add (shipped, wording);
    }
    g_ptr_array_sort (shipped, compare_languages);
    g_once_init_leave (&done, 1);
  }
  return shipped;
}

/* (transfer none) (nullable) */
static LwWording *
look_up (const char *language)
{
  gsize length = 0;

  while (g_ascii_isalpha (language[length]))
    length++;
  for (guint i = 0; i < get_shipped ()->len; i++) {
    LwWording *wording = g_ptr_array_index (get_shipped (), i);

    if (strlen (wording->language) == length &&
        g_ascii_strncasecmp (wording->language, language, length) == 0)
      return wording;
  }
  return NULL;
}

LwWording *
lw_wording_find (const char *language, GError **error)
{
  LwWording *self;

  g_return_val_if_fail (language != NULL, NULL);
  self = look_up (language);
  if (self == NULL) {
    g_set_error (error, LW_WORDING_ERROR, LW_WORDING_ERROR_UNKNOWN,
                 "No rules of wording for the language “%s” come with this Lessonwalk.", language);
    return NULL;
  }
  return lw_wording_ref (self);
}

static guint
count_often (LwWording *self, const char *text)
{
  g_auto (LwTokens) tokens = {0};
  guint n = 0;

  lw_tokens_read (&tokens, self, text);
  for (guint i = 0; i < tokens.tokens->len; i++)
    n += lw_wording_passes (self, g_array_index (tokens.tokens, LwToken, i).entry, LW_TEST_OFTEN);
  return n;
}

LwWording *
lw_wording_choose (const char *text, const char *const *languages)
{
  LwWording *best = NULL;
  guint most;

  g_return_val_if_fail (text != NULL, NULL);
  for (; best == NULL && languages != NULL && *languages != NULL; languages++)
    best = look_up (*languages);
  if (best == NULL)
    best = look_up ("en");
  most = count_often (best, text);
  for (guint i = 0; i < get_shipped ()->len; i++) {
    LwWording *other = g_ptr_array_index (get_shipped (), i);
    guint n = other != best ? count_often (other, text) : 0;

    if (n > most) {
      best = other;
      most = n;
    }
  }
  return lw_wording_ref (best);
}
