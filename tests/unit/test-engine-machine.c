/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The machine of the engine, as a table: state and event in, state and actions out. */
#include "lw-engine-machine.h"

#define STEADY .phase = LW_PHASE_STEADY
#define PLAYING STEADY, .want_play = TRUE, .running = TRUE
#define WORK(k, t)                   \
  {                                  \
    .kind = LW_WORK_##k, .time = (t) \
  }
#define EVENT(t, ...)                 \
  {                                   \
    .type = LW_EVENT_##t, __VA_ARGS__ \
  }
#define STATE LW_ACTION_TELL_STATE

typedef struct {
  const char *claim;
  LwMachine before;
  LwEvent event;
  LwMachine after;
  guint actions;
} Row;

static const Row rows[] = {
    /* opening and closing */
    {"open loads",
     {.phase = LW_PHASE_EMPTY},
     EVENT (OPEN),
     {.phase = LW_PHASE_OPENING},
     LW_ACTION_LOAD | STATE},
    {"open while playing starts anew",
     {PLAYING, .steps = 3, .wanted = WORK (EXACT, 9)},
     EVENT (OPEN),
     {.phase = LW_PHASE_OPENING},
     LW_ACTION_UNLOAD | LW_ACTION_LOAD | STATE},
    {"open after a failure works",
     {.phase = LW_PHASE_FAILED},
     EVENT (OPEN),
     {.phase = LW_PHASE_OPENING},
     LW_ACTION_UNLOAD | LW_ACTION_LOAD | STATE},
    {"the first settling is paused", {.phase = LW_PHASE_OPENING}, EVENT (SETTLED), {STEADY}, STATE},
    {"play while opening is remembered",
     {.phase = LW_PHASE_OPENING},
     EVENT (PLAY),
     {.phase = LW_PHASE_OPENING, .want_play = TRUE},
     0},
    {"and done when it has opened",
     {.phase = LW_PHASE_OPENING, .want_play = TRUE},
     EVENT (SETTLED),
     {PLAYING},
     LW_ACTION_RUN | STATE},
    {"a seek while opening is held",
     {.phase = LW_PHASE_OPENING},
     EVENT (SEEK, .time = 7),
     {.phase = LW_PHASE_OPENING, .wanted = WORK (EXACT, 7)},
     0},
    {"and made when it has opened",
     {.phase = LW_PHASE_OPENING, .wanted = WORK (EXACT, 7)},
     EVENT (SETTLED),
     {.phase = LW_PHASE_SEEKING, .flight = WORK (EXACT, 7)},
     LW_ACTION_SEEK | STATE},
    {"close unloads",
     {PLAYING},
     EVENT (CLOSE),
     {.phase = LW_PHASE_EMPTY},
     LW_ACTION_UNLOAD | STATE},
    {"close of nothing does nothing",
     {.phase = LW_PHASE_EMPTY},
     EVENT (CLOSE),
     {.phase = LW_PHASE_EMPTY},
     0},
    {"reload goes on where it was, playing if it played",
     {PLAYING},
     EVENT (RELOAD, .time = 5),
     {.phase = LW_PHASE_OPENING, .want_play = TRUE, .wanted = WORK (EXACT, 5)},
     LW_ACTION_UNLOAD | LW_ACTION_LOAD | STATE},
    {"reload keeps a seek that waits",
     {.phase = LW_PHASE_SEEKING, .flight = WORK (EXACT, 1), .wanted = WORK (EXACT, 8)},
     EVENT (RELOAD, .time = 5),
     {.phase = LW_PHASE_OPENING, .wanted = WORK (EXACT, 8)},
     LW_ACTION_UNLOAD | LW_ACTION_LOAD | STATE},
    {"nothing to reload",
     {.phase = LW_PHASE_FAILED},
     EVENT (RELOAD, .time = 5),
     {.phase = LW_PHASE_FAILED},
     0},

    /* playing and pausing */
    {"play runs", {STEADY}, EVENT (PLAY), {PLAYING}, LW_ACTION_RUN | STATE},
    {"play twice is play once", {PLAYING}, EVENT (PLAY), {PLAYING}, 0},
    {"pause halts and waits for it",
     {PLAYING},
     EVENT (PAUSE),
     {.phase = LW_PHASE_PAUSING},
     LW_ACTION_HALT | STATE},
    {"paused", {.phase = LW_PHASE_PAUSING}, EVENT (SETTLED), {STEADY}, 0},
    {"pause and play at once plays",
     {.phase = LW_PHASE_PAUSING},
     EVENT (PLAY),
     {.phase = LW_PHASE_PAUSING, .want_play = TRUE},
     STATE},
    {"when the pause has settled",
     {.phase = LW_PHASE_PAUSING, .want_play = TRUE},
     EVENT (SETTLED),
     {PLAYING},
     LW_ACTION_RUN},
    {"nothing plays without a file",
     {.phase = LW_PHASE_EMPTY},
     EVENT (PLAY),
     {.phase = LW_PHASE_EMPTY},
     0},
    {"play after a step refreshes first",
     {STEADY, .stale = TRUE},
     EVENT (PLAY),
     {.phase = LW_PHASE_SEEKING, .want_play = TRUE, .flight = WORK (REFRESH, LW_TIME_NONE)},
     LW_ACTION_SEEK | STATE},
    {"a refresh is not told of",
     {.phase = LW_PHASE_SEEKING, .want_play = TRUE, .flight = WORK (REFRESH, LW_TIME_NONE)},
     EVENT (SETTLED),
     {PLAYING},
     LW_ACTION_RUN},

    /* seeking */
    {"a seek is made at once when idle",
     {STEADY},
     EVENT (SEEK, .time = 3),
     {.phase = LW_PHASE_SEEKING, .flight = WORK (EXACT, 3)},
     LW_ACTION_SEEK},
    {"one at a time: the next waits",
     {.phase = LW_PHASE_SEEKING, .flight = WORK (EXACT, 3)},
     EVENT (SEEK, .time = 4),
     {.phase = LW_PHASE_SEEKING, .flight = WORK (EXACT, 3), .wanted = WORK (EXACT, 4)},
     0},
    {"of those that wait the newest wins",
     {.phase = LW_PHASE_SEEKING, .flight = WORK (EXACT, 3), .wanted = WORK (EXACT, 4)},
     EVENT (SEEK, .time = 5, .mode = LW_SEEK_SCRUB),
     {.phase = LW_PHASE_SEEKING, .flight = WORK (EXACT, 3), .wanted = WORK (SCRUB, 5)},
     0},
    {"an overtaken seek is not told of",
     {.phase = LW_PHASE_SEEKING, .flight = WORK (EXACT, 3), .wanted = WORK (EXACT, 5)},
     EVENT (SETTLED),
     {.phase = LW_PHASE_SEEKING, .flight = WORK (EXACT, 5)},
     LW_ACTION_SEEK},
    {"the newest is",
     {.phase = LW_PHASE_SEEKING, .flight = WORK (EXACT, 5)},
     EVENT (SETTLED),
     {STEADY},
     LW_ACTION_TELL_SEEK},
    {"playing goes on after a seek",
     {.phase = LW_PHASE_SEEKING, .want_play = TRUE, .running = TRUE, .flight = WORK (EXACT, 5)},
     EVENT (SETTLED),
     {PLAYING},
     LW_ACTION_TELL_SEEK},
    {"a pause halts a seek that would play on",
     {.phase = LW_PHASE_SEEKING, .want_play = TRUE, .running = TRUE, .flight = WORK (EXACT, 5)},
     EVENT (PAUSE),
     {.phase = LW_PHASE_SEEKING, .flight = WORK (EXACT, 5)},
     LW_ACTION_HALT | STATE},
    {"a scrub while paused leaves the pipeline unfit to play",
     {STEADY},
     EVENT (SEEK, .time = 3, .mode = LW_SEEK_SCRUB),
     {.phase = LW_PHASE_SEEKING, .stale = TRUE, .flight = WORK (SCRUB, 3)},
     LW_ACTION_SEEK},
    {"a scrub while playing does not",
     {PLAYING},
     EVENT (SEEK, .time = 3, .mode = LW_SEEK_SCRUB),
     {.phase = LW_PHASE_SEEKING, .want_play = TRUE, .running = TRUE, .flight = WORK (SCRUB, 3)},
     LW_ACTION_SEEK},
    {"a seek takes the place of steps that wait",
     {.phase = LW_PHASE_STEPPING, .steps = 1, .n_steps = 2, .steps_flight = 1, .stale = TRUE},
     EVENT (SEEK, .time = 3),
     {.phase = LW_PHASE_STEPPING, .steps_flight = 1, .stale = TRUE, .wanted = WORK (EXACT, 3)},
     0},
    {"no seek without a file",
     {.phase = LW_PHASE_FAILED},
     EVENT (SEEK, .time = 3),
     {.phase = LW_PHASE_FAILED},
     0},

    /* steps */
    {"a step is made at once when paused",
     {STEADY},
     EVENT (STEP, .n = 1),
     {.phase = LW_PHASE_STEPPING, .steps_flight = 1, .stale = TRUE},
     LW_ACTION_STEP},
    {"a step while playing pauses first",
     {PLAYING},
     EVENT (STEP, .n = -1),
     {.phase = LW_PHASE_PAUSING, .steps = -1, .n_steps = 1},
     LW_ACTION_HALT | STATE},
    {"another step takes the place of those that wait",
     {.phase = LW_PHASE_STEPPING, .steps_flight = 1, .steps = 1, .n_steps = 2, .stale = TRUE},
     EVENT (STEP, .n = -5),
     {.phase = LW_PHASE_STEPPING, .steps_flight = 1, .steps = -5, .n_steps = 1, .stale = TRUE},
     0},
    {"steps that wait are not summed up",
     {.phase = LW_PHASE_STEPPING, .steps_flight = 1, .steps = 1, .n_steps = 1, .stale = TRUE},
     EVENT (STEP, .n = 1),
     {.phase = LW_PHASE_STEPPING, .steps_flight = 1, .steps = 1, .n_steps = 2, .stale = TRUE},
     0},
    {"but made one after the other",
     {.phase = LW_PHASE_STEPPING, .steps_flight = 1, .steps = 1, .n_steps = 2, .stale = TRUE},
     EVENT (SETTLED),
     {.phase = LW_PHASE_STEPPING, .steps_flight = 1, .steps = 1, .n_steps = 1, .stale = TRUE},
     LW_ACTION_STEP},
    {"a key held longer than steps take leaves three to make",
     {.phase = LW_PHASE_STEPPING, .steps_flight = 1, .steps = 1, .n_steps = 3, .stale = TRUE},
     EVENT (STEP, .n = 1),
     {.phase = LW_PHASE_STEPPING, .steps_flight = 1, .steps = 1, .n_steps = 3, .stale = TRUE},
     0},
    {"steps follow the seek that came before them",
     {.phase = LW_PHASE_SEEKING, .flight = WORK (EXACT, 3), .steps = 1, .n_steps = 1},
     EVENT (SETTLED),
     {.phase = LW_PHASE_STEPPING, .steps_flight = 1, .stale = TRUE},
     LW_ACTION_TELL_SEEK | LW_ACTION_STEP},
    {"back while a step forth waits goes back",
     {.phase = LW_PHASE_STEPPING, .steps_flight = 1, .steps = 1, .n_steps = 3, .stale = TRUE},
     EVENT (STEP, .n = -1),
     {.phase = LW_PHASE_STEPPING, .steps_flight = 1, .steps = -1, .n_steps = 1, .stale = TRUE},
     0},
    {"staying makes none of the steps that wait, and takes back the one under way",
     {.phase = LW_PHASE_STEPPING, .steps_flight = 1, .steps = 1, .n_steps = 3, .stale = TRUE},
     EVENT (STAY, .time = 4),
     {.phase = LW_PHASE_STEPPING, .steps_flight = 1, .stale = TRUE, .wanted = WORK (EXACT, 4)},
     0},
    {"which it cannot where no seek can be made",
     {.phase = LW_PHASE_STEPPING, .steps_flight = 1, .steps = 1, .n_steps = 3, .stale = TRUE},
     EVENT (STAY, .time = LW_TIME_NONE),
     {.phase = LW_PHASE_STEPPING, .steps_flight = 1, .stale = TRUE},
     0},
    {"staying amid a seek lets it come, and makes no step after it",
     {.phase = LW_PHASE_SEEKING, .flight = WORK (EXACT, 3), .steps = 1, .n_steps = 1},
     EVENT (STAY, .time = 4),
     {.phase = LW_PHASE_SEEKING, .flight = WORK (EXACT, 3)},
     0},
    {"staying before the pause of a step has settled makes no step",
     {.phase = LW_PHASE_PAUSING, .steps = -1, .n_steps = 1},
     EVENT (STAY, .time = 4),
     {.phase = LW_PHASE_PAUSING},
     0},
    {"staying while playing plays on", {PLAYING}, EVENT (STAY, .time = 4), {PLAYING}, 0},

    /* rate and loop */
    {"a new rate is taken up at once when playing",
     {PLAYING},
     EVENT (RETUNE),
     {.phase = LW_PHASE_SEEKING,
      .want_play = TRUE,
      .running = TRUE,
      .flight = WORK (REFRESH, LW_TIME_NONE)},
     LW_ACTION_SEEK},
    {"and with the next play when paused", {STEADY}, EVENT (RETUNE), {STEADY, .stale = TRUE}, 0},
    {"a new rate waits for the seek that is under way",
     {.phase = LW_PHASE_SEEKING, .flight = WORK (EXACT, 3), .wanted = WORK (EXACT, 5)},
     EVENT (RETUNE),
     {.phase = LW_PHASE_SEEKING,
      .stale = TRUE,
      .flight = WORK (EXACT, 3),
      .wanted = WORK (EXACT, 5)},
     0},
    {"the end of the loop goes back", {PLAYING}, EVENT (SEGMENT_DONE), {PLAYING}, LW_ACTION_LOOP},
    {"a short loop ends before it is shown",
     {.phase = LW_PHASE_SEEKING, .want_play = TRUE, .running = TRUE, .flight = WORK (EXACT, 3)},
     EVENT (SEGMENT_DONE),
     {.phase = LW_PHASE_SEEKING,
      .want_play = TRUE,
      .running = TRUE,
      .loop_due = TRUE,
      .flight = WORK (EXACT, 3)},
     0},
    {"and goes back when it is",
     {.phase = LW_PHASE_SEEKING,
      .want_play = TRUE,
      .running = TRUE,
      .loop_due = TRUE,
      .flight = WORK (EXACT, 3)},
     EVENT (SETTLED),
     {PLAYING},
     LW_ACTION_TELL_SEEK | LW_ACTION_LOOP},

    /* the end */
    {"the end ends",
     {PLAYING},
     EVENT (EOS),
     {.phase = LW_PHASE_ENDED},
     LW_ACTION_HALT | LW_ACTION_TELL_ENDED | STATE},
    {"an end from before a seek is none",
     {.phase = LW_PHASE_SEEKING, .want_play = TRUE, .running = TRUE, .flight = WORK (EXACT, 3)},
     EVENT (EOS),
     {.phase = LW_PHASE_SEEKING, .want_play = TRUE, .running = TRUE, .flight = WORK (EXACT, 3)},
     0},
    {"nothing ends while paused", {STEADY}, EVENT (EOS), {STEADY}, 0},
    {"a loop that reaches the end of the file begins again",
     {PLAYING},
     EVENT (EOS, .looping = TRUE, .time = 2),
     {.phase = LW_PHASE_SEEKING, .want_play = TRUE, .running = TRUE, .flight = WORK (EXACT, 2)},
     LW_ACTION_SEEK},
    {"play from the end begins again",
     {.phase = LW_PHASE_ENDED},
     EVENT (PLAY, .time = 0),
     {.phase = LW_PHASE_SEEKING, .want_play = TRUE, .flight = WORK (EXACT, 0)},
     LW_ACTION_SEEK | STATE},
    {"a seek from the end stays paused",
     {.phase = LW_PHASE_ENDED},
     EVENT (SEEK, .time = 4),
     {.phase = LW_PHASE_SEEKING, .flight = WORK (EXACT, 4)},
     LW_ACTION_SEEK | STATE},
    {"a step from the end steps",
     {.phase = LW_PHASE_ENDED},
     EVENT (STEP, .n = -1),
     {.phase = LW_PHASE_STEPPING, .steps_flight = -1, .stale = TRUE},
     LW_ACTION_STEP | STATE},

    /* the network */
    {"a hungry pipeline is held",
     {PLAYING},
     EVENT (STARVED),
     {.phase = LW_PHASE_PAUSING, .want_play = TRUE, .starved = TRUE},
     LW_ACTION_HALT},
    {"and goes on when fed",
     {STEADY, .want_play = TRUE, .starved = TRUE},
     EVENT (FED),
     {PLAYING},
     LW_ACTION_RUN},
    {"food does not start what is paused", {STEADY, .starved = TRUE}, EVENT (FED), {STEADY}, 0},

    /* errors */
    {"an error fails",
     {PLAYING, .steps = 1, .wanted = WORK (EXACT, 3)},
     EVENT (ERROR),
     {.phase = LW_PHASE_FAILED},
     LW_ACTION_UNLOAD | LW_ACTION_TELL_FAILED | STATE},
    {"one error is enough",
     {.phase = LW_PHASE_FAILED},
     EVENT (ERROR),
     {.phase = LW_PHASE_FAILED},
     0},
};

static void
assert_work (const LwWork *a, const LwWork *b)
{
  g_assert_cmpint (a->kind, ==, b->kind);
  if (a->kind != LW_WORK_NONE)
    g_assert_cmpint (a->time, ==, b->time);
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  LwActions actions = 0;
  LwMachine after = lw_machine_next (row->before, &row->event, &actions);

  g_assert_cmpint (after.phase, ==, row->after.phase);
  g_assert_cmphex (actions, ==, row->actions);
  g_assert_cmpint (after.want_play, ==, row->after.want_play);
  g_assert_cmpint (after.running, ==, row->after.running);
  g_assert_cmpint (after.starved, ==, row->after.starved);
  g_assert_cmpint (after.stale, ==, row->after.stale);
  g_assert_cmpint (after.loop_due, ==, row->after.loop_due);
  g_assert_cmpint (after.steps, ==, row->after.steps);
  g_assert_cmpuint (after.n_steps, ==, row->after.n_steps);
  g_assert_cmpint (after.steps_flight, ==, row->after.steps_flight);
  assert_work (&after.wanted, &row->after.wanted);
  assert_work (&after.flight, &row->after.flight);
}

/* Whatever happens in whatever order: never two pieces of work at once, never work without a file,
 * and everything settles. */
static void
test_no_order_of_events_breaks_it (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (20261122);
  LwMachine m = LW_MACHINE_INIT;

  for (guint i = 0; i < 200000; i++) {
    LwEvent event = {
        .type = (LwEventType)g_rand_int_range (random, 0, LW_EVENT_ERROR + 1),
        .time = g_rand_int_range (random, 0, 100),
        .mode = g_rand_boolean (random) ? LW_SEEK_EXACT : LW_SEEK_SCRUB,
        .n = g_rand_int_range (random, -3, 4),
        .looping = g_rand_boolean (random),
    };
    LwPhase before = m.phase;
    LwActions actions;

    m = lw_machine_next (m, &event, &actions);
    g_assert_true ((actions & LW_ACTION_SEEK) == 0 || (actions & LW_ACTION_STEP) == 0);
    g_assert_true ((actions & LW_ACTION_HALT) == 0 || (actions & LW_ACTION_RUN) == 0);
    g_assert_true ((m.phase == LW_PHASE_SEEKING) == (m.flight.kind != LW_WORK_NONE));
    if (before == LW_PHASE_SEEKING && event.type != LW_EVENT_SETTLED)
      g_assert_cmphex (actions & (LW_ACTION_SEEK | LW_ACTION_STEP), ==, 0);
    if (m.phase == LW_PHASE_EMPTY || m.phase == LW_PHASE_FAILED)
      g_assert_true (!m.running && m.wanted.kind == LW_WORK_NONE && m.steps == 0);
    g_assert_cmpint (m.steps != 0, ==, m.n_steps > 0);
    if (i % 50 == 0) {
      LwEvent settled = EVENT (SETTLED);

      for (guint n = 0; lw_machine_is_busy (&m); n++) {
        g_assert_cmpuint (n, <, 10);
        m = lw_machine_next (m, &settled, &actions);
      }
    }
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strdup_printf ("/engine/machine/%s", rows[i].claim);

    g_test_add_data_func (path, &rows[i], test_row);
  }
  g_test_add_func ("/engine/machine/no-order-of-events-breaks-it",
                   test_no_order_of_events_breaks_it);
  return g_test_run ();
}
