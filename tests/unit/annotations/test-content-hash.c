/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lw-content-hash.h"

typedef struct {
  char *folder;
  char *path;
} Files;

static void
set_up (Files *files, gconstpointer data)
{
  files->folder = g_dir_make_tmp ("lessonwalk-hash-XXXXXX", NULL);
  files->path = g_build_filename (files->folder, "media", NULL);
}

static void
tear_down (Files *files, gconstpointer data)
{
  g_unlink (files->path);
  g_rmdir (files->folder);
  g_free (files->path);
  g_free (files->folder);
}

static void
assert_hash (const char *path, const char *expected)
{
  g_autoptr (GError) error = NULL;
  char text[LW_CONTENT_HASH_TEXT_LENGTH + 1];
  LwContentHash hash, back;

  lw_content_hash_file (path, NULL, NULL, NULL, &hash, &error);
  g_assert_no_error (error);
  lw_content_hash_format (&hash, text);
  g_assert_cmpstr (text, ==, expected);
  g_assert_true (lw_content_hash_parse (text, &back));
  g_assert_true (lw_content_hash_equal (&hash, &back));
}

/* The expected digests are python3's hashlib.blake2b (data, digest_size=32). */
static void
test_it_is_blake2b_256 (Files *files, gconstpointer data)
{
  g_autofree char *big = g_malloc (9 * 1024 * 1024 + 1);

  g_assert_true (g_file_set_contents (files->path, "abc", 3, NULL));
  assert_hash (files->path, "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
  g_assert_true (g_file_set_contents (files->path, "", 0, NULL));
  assert_hash (files->path, "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
  memset (big, 'x', 9 * 1024 * 1024 + 1);
  g_assert_true (g_file_set_contents (files->path, big, 9 * 1024 * 1024 + 1, NULL));
  assert_hash (files->path, "108b2ed49ff848ca9cc811ec8220ab8bf4f715927e155ebb7c3d6eca593adea7");
}

static void
grow_file (guint64 done, guint64 total, gpointer data)
{
  const char *path = data;
  int fd = g_open (path, O_WRONLY | O_APPEND | O_CLOEXEC, 0);

  g_assert_cmpint (write (fd, "more", 4), ==, 4);
  g_close (fd, NULL);
}

static void
test_a_file_that_grows_meanwhile_is_refused (Files *files, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *content = g_malloc0 (6 * 1024 * 1024);
  LwContentHash hash = {{1}};

  g_assert_true (g_file_set_contents (files->path, content, 6 * 1024 * 1024, NULL));
  g_assert_false (lw_content_hash_file (files->path, grow_file, files->path, NULL, &hash, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  g_assert_cmpint (hash.bytes[0], ==, 1);
}

static void
test_a_beginning_has_the_hash_of_a_file_of_that_length (Files *files, gconstpointer data)
{
  static const gsize lengths[] = {0, 1, 4096, 3 * 1024 * 1024 + 7};
  g_autofree char *content = g_malloc (4 * 1024 * 1024);
  LwContentHash whole, beginning = {{1}};
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < 4 * 1024 * 1024; i++)
    content[i] = (char)(i * 7 / 5);
  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++) {
    g_assert_true (g_file_set_contents (files->path, content, (gssize)MAX (lengths[i], 1), NULL));
    g_assert_cmpint (truncate (files->path, (off_t)lengths[i]), ==, 0);
    g_assert_true (lw_content_hash_file (files->path, NULL, NULL, NULL, &whole, NULL));
    g_assert_true (g_file_set_contents (files->path, content, 4 * 1024 * 1024, NULL));
    g_assert_true (lw_content_hash_beginning (files->path, lengths[i], NULL, &beginning, &error));
    g_assert_no_error (error);
    g_assert_true (lw_content_hash_equal (&whole, &beginning));
  }
  g_assert_false (
      lw_content_hash_beginning (files->path, 4 * 1024 * 1024 + 1, NULL, &beginning, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT);
  g_assert_true (lw_content_hash_equal (&whole, &beginning));
}

static void
replace_file (guint64 done, guint64 total, gpointer data)
{
  g_autofree char *content = g_malloc0 (6 * 1024 * 1024);

  g_assert_true (g_file_set_contents (data, content, 6 * 1024 * 1024, NULL));
}

static void
test_a_file_that_is_replaced_meanwhile_is_refused (Files *files, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *content = g_malloc0 (6 * 1024 * 1024);
  LwContentHash hash;

  g_assert_true (g_file_set_contents (files->path, content, 6 * 1024 * 1024, NULL));
  g_assert_false (
      lw_content_hash_file (files->path, replace_file, files->path, NULL, &hash, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
}

static void
test_what_is_no_file_is_refused_at_once (Files *files, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  LwContentHash hash;

  g_assert_false (lw_content_hash_file (files->folder, NULL, NULL, NULL, &hash, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY);
  g_clear_error (&error);
  g_assert_false (lw_content_hash_file (files->path, NULL, NULL, NULL, &hash, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  /* Nobody will ever write to this pipe. */
  g_assert_cmpint (mkfifo (files->path, 0600), ==, 0);
  g_assert_false (lw_content_hash_file (files->path, NULL, NULL, NULL, &hash, &error));
  g_assert_nonnull (error);
}

static void
test_cancelling_ends_it (Files *files, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  LwContentHash hash;

  g_assert_true (g_file_set_contents (files->path, "abc", 3, NULL));
  g_cancellable_cancel (cancellable);
  g_assert_false (lw_content_hash_file (files->path, NULL, NULL, cancellable, &hash, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

#define ADD(path, function) g_test_add (path, Files, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/content-hash/blake2b", test_it_is_blake2b_256);
  ADD ("/content-hash/beginning", test_a_beginning_has_the_hash_of_a_file_of_that_length);
  ADD ("/content-hash/grows", test_a_file_that_grows_meanwhile_is_refused);
  ADD ("/content-hash/replaced", test_a_file_that_is_replaced_meanwhile_is_refused);
  ADD ("/content-hash/no-file", test_what_is_no_file_is_refused_at_once);
  ADD ("/content-hash/cancel", test_cancelling_ends_it);
  return g_test_run ();
}
