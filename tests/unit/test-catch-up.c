/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is left out on a machine that is too slow. Times are made up; nobody waits. */
#include "lw-catch-up.h"

#define FRAME (LW_SECOND / 50)
#define GOP 25

/* A film with a key frame each half second, every second packet of the others disposable. */
typedef struct {
  LwCatchUp *catch_up;
  gint64 now_us; /* also the running time of the sink, as it began at 0 */
  guint next;    /* packet */
  guint n_key, n_needed, n_disposable;
} Film;

static Film
film_new (void)
{
  Film film = {.catch_up = lw_catch_up_new ()};

  lw_catch_up_set_running (film.catch_up, TRUE);
  return film;
}

/* Decodes the next packet in @cost_us, or leaves it out, which costs nothing. */
static gboolean
film_next (Film *film, gint64 cost_us)
{
  guint i = film->next++;
  LwCatchUpPacket packet = {
      .running = i * FRAME,
      .time = i * FRAME,
      .is_key = i % GOP == 0,
      .is_disposable = i % GOP % 2 == 1,
  };
  gint64 due_us = packet.running / 1000;

  /* It is read ahead by half a second at most. */
  film->now_us = MAX (film->now_us, due_us - G_USEC_PER_SEC / 2);
  if (lw_catch_up_takes (film->catch_up, &packet, film->now_us)) {
    film->n_key += packet.is_key;
    film->n_disposable += packet.is_disposable;
    film->n_needed += !packet.is_key && !packet.is_disposable;
    return FALSE;
  }
  film->now_us += cost_us;
  lw_catch_up_note (film->catch_up, packet.running, film->now_us * 1000 - packet.running,
                    film->now_us);
  return TRUE;
}

static LwTime
film_late (const Film *film)
{
  return film->now_us * 1000 - film->next * FRAME;
}

static void
test_a_fast_machine_decodes_all (void)
{
  Film film = film_new ();

  while (film.next < 3000)
    g_assert_true (film_next (&film, 15000));
  g_assert_false (lw_catch_up_has_gaps (film.catch_up));
  lw_catch_up_free (film.catch_up);
}

static void
test_a_hold_up_costs_nothing_that_others_need (void)
{
  Film film = film_new ();

  while (film.next < 200)
    film_next (&film, 5000);
  film.now_us += 2 * G_USEC_PER_SEC;
  while (film.next < 1000)
    film_next (&film, 5000);
  g_assert_cmpuint (film.n_key + film.n_needed, ==, 0);
  g_assert_cmpuint (film.n_disposable, >, 0);
  g_assert_cmpint (film_late (&film), <=, 0);
  lw_catch_up_free (film.catch_up);
}

/* A third slower than the film: without the disposable ones it is just fast enough. */
static void
test_late_by_little_only_disposable_packets_go (void)
{
  Film film = film_new ();

  while (film.next < 3000) {
    film_next (&film, 30000);
    g_assert_cmpint (film_late (&film), <, LW_SECOND / 5);
  }
  g_assert_cmpuint (film.n_key + film.n_needed, ==, 0);
  g_assert_cmpuint (film.n_disposable, >, 0);
  lw_catch_up_free (film.catch_up);
}

/* Five times too slow: it stays near the clock for ever, and each picture that is decoded after a
 * gap is a key frame. */
static void
test_late_by_much_it_goes_on_at_a_key_frame (void)
{
  Film film = film_new ();
  gboolean was_needed_taken = FALSE;
  guint n_decoded = 0;

  while (film.next < 6000) {
    guint i = film.next;
    guint before = film.n_needed + film.n_key;

    if (film_next (&film, 100000)) {
      n_decoded++;
      g_assert_true (!was_needed_taken || i % GOP == 0);
      was_needed_taken = FALSE;
    } else if (film.n_needed + film.n_key > before) {
      was_needed_taken = TRUE;
    }
    g_assert_cmpint (film_late (&film), <, 2 * LW_SECOND);
  }
  g_assert_cmpuint (n_decoded, >, 500);
  g_assert_true (lw_catch_up_has_gaps (film.catch_up));
  lw_catch_up_reset (film.catch_up);
  g_assert_false (lw_catch_up_has_gaps (film.catch_up));
  g_assert_cmpuint (lw_catch_up_get_n_taken (film.catch_up), ==, 6000 - n_decoded);
  lw_catch_up_free (film.catch_up);
}

/* Makes it wait for a key frame: late for long. */
static void
get_lost (LwCatchUp *catch_up)
{
  LwCatchUpPacket packet = {.running = LW_SECOND, .time = LW_SECOND};

  lw_catch_up_set_running (catch_up, TRUE);
  lw_catch_up_note (catch_up, 0, 5 * LW_SECOND, G_USEC_PER_SEC);
  lw_catch_up_takes (catch_up, &packet, G_USEC_PER_SEC);
  g_assert_true (lw_catch_up_takes (catch_up, &packet, 3 * G_USEC_PER_SEC));
  g_assert_true (lw_catch_up_set_running (catch_up, TRUE));
}

static void
test_pictures_before_the_key_frame_go_with_those_they_need (void)
{
  LwCatchUp *catch_up = lw_catch_up_new ();
  LwCatchUpPacket key = {.running = 20 * LW_SECOND, .time = 20 * LW_SECOND, .is_key = TRUE};
  LwCatchUpPacket leading = {.running = 19 * LW_SECOND, .time = 19 * LW_SECOND};
  LwCatchUpPacket next = {.running = 21 * LW_SECOND, .time = 21 * LW_SECOND};

  get_lost (catch_up);
  g_assert_false (lw_catch_up_takes (catch_up, &key, 3 * G_USEC_PER_SEC));
  g_assert_true (lw_catch_up_takes (catch_up, &leading, 3 * G_USEC_PER_SEC));
  g_assert_false (lw_catch_up_takes (catch_up, &next, 3 * G_USEC_PER_SEC));
  lw_catch_up_free (catch_up);
}

static void
test_a_film_without_key_frames_is_not_given_up (void)
{
  LwCatchUp *catch_up = lw_catch_up_new ();
  LwCatchUpPacket packet = {.running = LW_SECOND, .time = LW_SECOND};

  get_lost (catch_up);
  while (lw_catch_up_takes (catch_up, &packet, 3 * G_USEC_PER_SEC)) {
    packet.running += FRAME;
    packet.time += FRAME;
    g_assert_cmpint (packet.running, <, 20 * LW_SECOND);
  }
  lw_catch_up_free (catch_up);
}

static void
test_what_the_sink_does_not_say_is_not_late (void)
{
  LwCatchUp *catch_up = lw_catch_up_new ();
  LwCatchUpPacket packet = {.running = 0, .time = 0, .is_disposable = TRUE};

  lw_catch_up_set_running (catch_up, TRUE);
  g_assert_false (lw_catch_up_takes (catch_up, &packet, 900 * G_USEC_PER_SEC));
  lw_catch_up_note (catch_up, 0, 5 * LW_SECOND, 0);
  g_assert_true (lw_catch_up_takes (catch_up, &packet, 0));
  /* After a seek the clock begins anew, and so does what is known of it. */
  lw_catch_up_reset (catch_up);
  g_assert_false (lw_catch_up_takes (catch_up, &packet, 900 * G_USEC_PER_SEC));
  /* Paused, time stands still. */
  lw_catch_up_note (catch_up, 0, 5 * LW_SECOND, 0);
  lw_catch_up_set_running (catch_up, FALSE);
  lw_catch_up_note (catch_up, 0, 5 * LW_SECOND, 0);
  g_assert_false (lw_catch_up_takes (catch_up, &packet, 900 * G_USEC_PER_SEC));
  lw_catch_up_free (catch_up);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name) g_test_add_func ("/engine/catch-up/" #name, test_##name)
  ADD (a_fast_machine_decodes_all);
  ADD (a_hold_up_costs_nothing_that_others_need);
  ADD (late_by_little_only_disposable_packets_go);
  ADD (late_by_much_it_goes_on_at_a_key_frame);
  ADD (pictures_before_the_key_frame_go_with_those_they_need);
  ADD (a_film_without_key_frames_is_not_given_up);
  ADD (what_the_sink_does_not_say_is_not_late);
#undef ADD
  return g_test_run ();
}
