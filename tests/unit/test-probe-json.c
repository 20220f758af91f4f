/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-probe-private.h"

#include <string.h>

static LwProbe *
make_probe (void)
{
  LwProbe *probe = lw_probe_new ();
  LwStreamInfo *video = lw_stream_info_new ();
  LwStreamInfo *audio = lw_stream_info_new ();

  probe->container = g_strdup ("matroska,webm");
  probe->duration = 100 * 3600 * LW_SECOND;
  probe->start = 21 * LW_MSECOND;
  probe->created_utc_us = -5;
  probe->is_truncated = TRUE;
  video->kind = LW_STREAM_VIDEO;
  video->codec = g_strdup ("h264");
  video->profile = g_strdup ("High");
  video->language = g_strdup ("");
  video->title = g_strdup ("Tafel „links“ \"1\"\n𝄞");
  video->is_default = TRUE;
  video->start = 21 * LW_MSECOND;
  video->width = 1920;
  video->height = 1080;
  video->fps_num = 30000;
  video->fps_den = 1001;
  video->is_vfr = TRUE;
  video->rotation = 270;
  g_ptr_array_add (probe->streams, video);
  audio->kind = LW_STREAM_AUDIO;
  audio->index = 1;
  audio->codec = g_strdup ("opus");
  audio->profile = g_strdup ("");
  audio->language = g_strdup ("spa");
  audio->title = g_strdup ("");
  audio->sample_rate = 48000;
  audio->channels = 2;
  g_ptr_array_add (probe->streams, audio);
  g_ptr_array_add (probe->chapters, lw_chapter_new (0, LW_SECOND, "Opening"));
  g_ptr_array_add (probe->captions, lw_caption_new (5, 5, "¿Por qué?\nBecause."));
  for (LwTime time = 21; time < 5000; time += 33) {
    g_array_append_val (probe->frames, time);
    if (time % 2 == 0)
      g_array_append_val (probe->keyframes, time);
  }
  return probe;
}

static void
test_a_probe_survives_json_whole (void)
{
  g_autoptr (LwProbe) probe = make_probe ();
  g_autoptr (LwProbe) back = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *json = lw_probe_to_json (probe);
  g_autofree char *again = NULL;
  const LwStreamInfo *video;

  back = lw_probe_from_json (json, strlen (json), &error);
  g_assert_no_error (error);
  again = lw_probe_to_json (back);
  g_assert_cmpstr (json, ==, again);

  video = lw_probe_get_video (back);
  g_assert_cmpstr (video->title, ==, "Tafel „links“ \"1\"\n𝄞");
  g_assert_cmpint (video->rotation, ==, 270);
  g_assert_cmpint (video->duration, ==, LW_TIME_NONE);
  g_assert_true (video->is_vfr);
  g_assert_cmpuint (lw_probe_get_audio (back)->sample_rate, ==, 48000);
  g_assert_cmpint (back->created_utc_us, ==, -5);
  g_assert_cmpuint (back->frames->len, ==, probe->frames->len);
  g_assert_cmpmem (back->frames->data, back->frames->len * sizeof (LwTime), probe->frames->data,
                   probe->frames->len * sizeof (LwTime));
  g_assert_true (back->is_truncated);
}

static void
test_json_cut_anywhere_is_refused (void)
{
  g_autoptr (LwProbe) probe = make_probe ();
  g_autofree char *json = lw_probe_to_json (probe);
  gsize length = strlen (json);

  for (gsize cut = 0; cut < length; cut++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (lw_probe_from_json (json, cut, &error));
    g_assert_error (error, LW_MEDIA_ERROR, LW_MEDIA_ERROR_WORKER);
  }
}

static void
test_a_worker_that_lies_is_refused (void)
{
  static const struct {
    const char *what, *with;
  } lies[] = {
      {"\"version\":1", "\"version\":2"},
      {"\"version\":1", "\"version\":\"1\""},
      {"\"start_ns\":21000000", "\"start_ns\":-7"},
      {"\"start_ns\":21000000", "\"start_ns\":9223372036854775807"},
      {"\"start_ns\":21000000", "\"start_ns\":1.5"},
      {"\"rotation\":270", "\"rotation\":45"},
      {"\"rotation\":270", "\"rotation\":360"},
      {"\"width\":1920", "\"width\":4294967296"},
      {"\"fps_den\":1001", "\"fps_den\":0"},
      {"\"par_den\":1", "\"par_den\":0"},
      {"\"kind\":\"video\"", "\"kind\":\"film\""},
      {"\"codec\":\"h264\"", "\"codec\":264"},
      {"\"codec\":\"h264\"", "\"codec\":\"h\\u0000\""},
      {"\"frames_ns\":[21,54", "\"frames_ns\":[54,54"},
      {"\"frames_ns\":[21,54", "\"frames_ns\":[54,21"},
      {"\"frames_ns\":[21,54", "\"frames_ns\":[-21,54"},
      {"\"frames_ns\":[21,54", "\"frames_ns\":[\"21\",54"},
      {"\"frames_ns\":[21", "\"frames\":[21"},
      {"\"chapters\":[", "\"chapters\":{}, \"x\":["},
      {"\"end_ns\":5", "\"end_ns\":4"},
      {"\"truncated\":true", "\"truncated\":1"},
      {"\"streams\":[{", "\"streams\":[[], {"},
      {"Opening", "\xff\xfe"},
  };
  g_autoptr (LwProbe) probe = make_probe ();
  g_autofree char *json = lw_probe_to_json (probe);

  for (guint i = 0; i < G_N_ELEMENTS (lies); i++) {
    const char *at = strstr (json, lies[i].what);
    g_autoptr (GString) lie = NULL;
    g_autoptr (GError) error = NULL;

    g_assert_nonnull (at);
    lie = g_string_new_len (json, at - json);
    g_string_append (lie, lies[i].with);
    g_string_append (lie, at + strlen (lies[i].what));
    g_test_message ("%s", lies[i].with);
    g_assert_null (lw_probe_from_json (lie->str, lie->len, &error));
    g_assert_error (error, LW_MEDIA_ERROR, LW_MEDIA_ERROR_WORKER);
  }
}

static void
test_text_of_a_file_is_made_fit_to_show (void)
{
  g_autofree char *broken = lw_media_clean_text (" a\x01\xff"
                                                 "b\tc\n ");
  g_autofree char *none = lw_media_clean_text (NULL);
  g_autofree char *filler = g_strnfill (100000, '\xc3');
  g_autofree char *longest = lw_media_clean_text (filler);

  g_assert_cmpstr (broken, ==, "a \357\277\275b c");
  g_assert_cmpstr (none, ==, "");
  g_assert_cmpuint (strlen (longest), <=, 4096);
  g_assert_true (g_utf8_validate (longest, -1, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/probe-json/survives", test_a_probe_survives_json_whole);
  g_test_add_func ("/probe-json/cut", test_json_cut_anywhere_is_refused);
  g_test_add_func ("/probe-json/lies", test_a_worker_that_lies_is_refused);
  g_test_add_func ("/probe-json/text", test_text_of_a_file_is_made_fit_to_show);
  return g_test_run ();
}
