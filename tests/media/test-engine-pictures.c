/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The picture after a seek, to the last bit, against that of straight decoding. */
#include "engine-fixture.h"

#include "lw-sanitizer.h"

/* What a sanitizer could find, it finds in fewer; all are asked for by the build without one. */
#define N_SEEKS (LW_HAS_ASAN ? 20 : 100)
#define EVERY (LW_HAS_ASAN ? 5 : 1)

static char *
picture_sum (Fixture *f)
{
  g_autoptr (GBytes) picture = lw_engine_take_picture (f->engine, NULL, NULL, NULL);

  g_assert_nonnull (picture);
  return g_compute_checksum_for_bytes (G_CHECKSUM_SHA1, picture);
}

/* (element-type utf8): each frame's sum, got by stepping on from the first. */
static GPtrArray *
decode_straight (Fixture *f, const Frames *frames, guint n_frames)
{
  GPtrArray *sums = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < n_frames; i++) {
    if (i > 0)
      fixture_step (f, 1, g_array_index (frames->starts, LwTime, i));
    g_ptr_array_add (sums, picture_sum (f));
  }
  return sums;
}

/* A seek spares the decoder what nobody sees; what is seen must not tell, nor what comes after. */
static void
check_seek (Fixture *f, const Frames *frames, const GPtrArray *sums, guint begin, guint n_after)
{
  guint end = MIN (begin + n_after, sums->len - 1);

  fixture_seek (f, g_array_index (frames->starts, LwTime, begin) + 5 * LW_MSECOND);
  for (guint i = begin; i <= end; i++) {
    g_autofree char *sum = picture_sum (f);

    if (!g_str_equal (sum, g_ptr_array_index (sums, i)))
      g_error ("frame %u looks otherwise after a seek to frame %u", i, begin);
    if (i < end)
      fixture_step (f, 1, g_array_index (frames->starts, LwTime, i + 1));
  }
}

/* Long groups of pictures, chance picks from them. */
static void
test_long_groups (gconstpointer name)
{
  Fixture f;
  g_autoptr (Frames) frames = NULL;
  g_autoptr (GRand) random = g_rand_new_with_seed (20261122);
  g_autoptr (GPtrArray) sums = NULL;
  guint n_frames = 2 * 300 + 60;

  fixture_init (&f);
  frames = fixture_open (&f, name, TRUE);
  sums = decode_straight (&f, frames, n_frames);
  for (guint n = 0; n < N_SEEKS; n++)
    check_seek (&f, frames, sums, (guint)g_rand_int_range (random, 0, (gint32)n_frames - 12), 12);
  fixture_clear (&f);
}

/* Short ones, made in a way of their own: every frame, and the two after it. (Five has no factor in
 * common with the length of their groups, so that a share of them is of each place in a group.) */
static void
test_every_frame (gconstpointer name)
{
  Fixture f;
  g_autoptr (Frames) frames = NULL;
  g_autoptr (GPtrArray) sums = NULL;

  fixture_init (&f);
  frames = fixture_open (&f, name, TRUE);
  sums = decode_straight (&f, frames, frames->starts->len);
  /* What a decoder gives out only because the file ends, it does not mark: the frames of the last
   * refresh, which are whole from further back alone, are not asked for. */
  if (g_str_has_prefix (name, "intra-refresh"))
    g_ptr_array_set_size (sums, 3 * 48);
  /* By turns from both ends, so that no seek goes to the frame after. */
  for (guint i = 0; i < sums->len; i += EVERY)
    check_seek (&f, frames, sums, i % 2 == 0 ? i : sums->len - 1 - i, 2);
  fixture_clear (&f);
}

int
main (int argc, char *argv[])
{
  static const char *const ways[] = {
      "interlaced.mp4", "weighted.mp4",  "ref5.mp4",          "pyramid-strict.mp4",
      "slices.mp4",     "open-gop.mp4",  "intra-refresh.mp4", "pyramid-normal.mp4",
      "baseline.mp4",   "chroma422.mp4", "depth10.mp4",
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++) {
    g_autofree char *path = g_strdup_printf ("/engine/pictures/%s", ways[i]);

    g_test_add_data_func (path, ways[i], test_every_frame);
  }
  g_test_add_data_func ("/engine/pictures/cabac", "noisy.mp4", test_long_groups);
  g_test_add_data_func ("/engine/pictures/cavlc", "noisy-cavlc.mkv", test_long_groups);
  return g_test_run ();
}
