/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-room.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "lw-audit.h"
#include "lw-clips.h"
#include "lw-erase.h"
#include "lw-live.h"
#include "lw-media-service.h"
#include "lw-receive.h"
#include "lw-walk-cache.h"

#define WORKERS 32
#define GRACE_MS 5000

typedef struct {
  LwRoom room; /* first */
  int lock;    /* held while the room is open */
} RoomPrivate;

char *
lw_room_path (LwRoom *self, const char *name)
{
  return g_build_filename (self->config->data, name, NULL);
}

char *
lw_room_link (LwRoom *self, const char *page, const char *code)
{
  return g_strconcat (self->url, "/panel/", page, code, NULL);
}

static gboolean
lock_folder (RoomPrivate *self, GError **error)
{
  g_autofree char *path = lw_room_path (&self->room, "room.lock");

  if (g_mkdir_with_parents (self->room.config->data, 0700) != 0) {
    g_set_error (error, LW_STORE_ERROR, LW_STORE_ERROR_READ_ONLY,
                 "The room's data folder %s cannot be made: %s. Choose another with “data”.",
                 self->room.config->data, g_strerror (errno));
    return FALSE;
  }
  self->lock = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (self->lock < 0) {
    g_set_error (error, LW_STORE_ERROR, LW_STORE_ERROR_READ_ONLY,
                 "The room's data folder %s cannot be written: %s. Nothing was changed.",
                 self->room.config->data, g_strerror (errno));
    return FALSE;
  }
  if (flock (self->lock, LOCK_EX | LOCK_NB) == 0)
    return TRUE;
  g_set_error (
      error, LW_STORE_ERROR, LW_STORE_ERROR_BUSY,
      "A room is open on %s already. Stop that one first, or give this one a folder of its "
      "own with “data”.",
      self->room.config->data);
  return FALSE;
}

/* Nobody is answered before the main loop runs; but from here on the port is known, which links and
 * origins may have to name. */
static gboolean
open_port (LwRoom *self, GError **error)
{
  g_autoptr (GStrvBuilder) origins = g_strv_builder_new ();
  g_auto (GStrv) all = NULL;
  LwHttpOptions options = {.frame_ancestors = self->config->frame_ancestors,
                           .behind_proxy = self->config->behind_proxy,
                           .log = self->config->log_requests,
                           .patience_s = self->config->patience_s,
                           .workers = WORKERS};

  self->http = lw_http_new (&options);
  if (!lw_http_listen (self->http, self->config->listen, &self->address, error))
    return FALSE;
  if (*self->config->public_url == '\0' && g_str_has_suffix (self->config->listen, ":0")) {
    g_free (self->url);
    self->url = g_strconcat ("http://", self->address, NULL);
  }
  g_strv_builder_add (origins, self->url);
  g_strv_builder_addv (origins, (const char **)self->config->origins);
  all = g_strv_builder_end (origins);
  lw_http_set_origins (self->http, (const char *const *)all);
  return TRUE;
}

static void
add_routes (LwRoom *self)
{
  lw_http_set_identify (self->http, lw_accounts_identify, self->accounts);
  lw_room_add_health (self);
  lw_room_add_sign_in (self);
  lw_room_add_passwords (self);
  lw_room_add_oidc (self);
  lw_room_add_join (self);
  lw_room_add_invitations (self);
  lw_room_add_walks (self);
  lw_room_add_phases (self);
  lw_room_add_timers (self);
  lw_room_add_walk_clock (self);
  lw_room_add_protocols (self);
  lw_room_add_members (self);
  lw_room_add_preparing (self);
  lw_room_add_visits (self);
  lw_room_add_notes (self);
  lw_room_add_board (self);
  lw_room_add_next (self);
  lw_room_add_clock (self);
  lw_room_add_align (self);
  lw_room_add_coding (self);
  lw_room_add_trends (self);
  lw_room_add_coverage (self);
  lw_room_add_year (self);
  lw_room_add_audit (self);
  lw_room_add_sync (self);
  lw_room_add_clips (self);
  lw_room_add_erase (self);
  lw_room_add_panel (self);
  self->live = lw_live_new (self);
}

/* Codes are of 128 bits and cannot be guessed anyway; passwords can. */
static void
add_guards (LwRoom *self)
{
  static const LwGuessLimits by_address = {
      .at_once = 60, .refill_s = 5, .all_at_once = 2000, .all_refill_ms = 100, .keys_max = 10000};
  static const LwGuessLimits by_login = {
      .at_once = 20, .refill_s = 30, .all_at_once = 2000, .all_refill_ms = 100, .keys_max = 10000};

  self->passwords = lw_passwords_new (self->ledger);
  self->guesses = lw_guesses_new (&by_address);
  self->login_guesses = lw_guesses_new (&by_login);
}

static LwRoom *
make_room (LwRoomConfig *config)
{
  RoomPrivate *private = g_new0 (RoomPrivate, 1);

  private->lock = -1;
  private->room.config = config;
  private->room.url = *config->public_url != '\0' ? g_strdup (config->public_url)
                                                  : g_strconcat ("http://", config->listen, NULL);
  return &private->room;
}

static gboolean
open_data (LwRoom *self, GError **error)
{
  g_autofree char *walks = lw_room_path (self, "walks.db");
  g_autofree char *ledger = lw_room_path (self, "ledger.db");

  self->store = lw_store_open (walks, LW_STORE_OPEN_DEFAULT, error);
  if (self->store != NULL) {
    self->walks = lw_walk_cache_new (self->store);
    self->ledger = lw_ledger_open (ledger, error);
  }
  if (self->ledger != NULL)
    self->accounts = lw_accounts_new (self->ledger);
  return self->accounts != NULL;
}

LwRoom *
lw_room_new_beside (LwRoomConfig *config, GError **error)
{
  g_autoptr (LwRoom) self = make_room (config);
  g_autofree char *ledger = lw_room_path (self, "ledger.db");

  if (!g_file_test (ledger, G_FILE_TEST_EXISTS)) {
    g_set_error (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND,
                 "There is no room in %s yet. “lessonwalk-room setup” makes one; “data” says where "
                 "another one is.",
                 config->data);
    return NULL;
  }
  return open_data (self, error) ? g_steal_pointer (&self) : NULL;
}

LwRoom *
lw_room_new (LwRoomConfig *config, GError **error)
{
  g_autoptr (LwRoom) self = make_room (config);

  if (!lock_folder ((RoomPrivate *)self, error) || !open_data (self, error))
    return NULL;
  self->audit = lw_audit_queue_new (self->ledger);
  add_guards (self);
  return g_steal_pointer (&self);
}

gboolean
lw_room_start (LwRoom *self, GError **error)
{
  if (!open_port (self, error))
    return FALSE;
  add_routes (self);
  self->receive = lw_receive_new (self, error);
  if (self->receive == NULL)
    return FALSE;
  self->media = lw_media_service_new (self, error);
  if (self->media == NULL)
    return FALSE;
  lw_receive_start (self->receive);
  self->started_utc_us = g_get_real_time ();
  self->retention = lw_retention_new (self);
  return TRUE;
}

void
lw_room_free (LwRoom *self)
{
  RoomPrivate *private = (RoomPrivate *)self;

  if (self == NULL)
    return;
  lw_retention_free (self->retention);
  lw_receive_stop (self->receive);
  lw_live_free (self->live);
  self->live = NULL;
  if (self->http != NULL) {
    lw_http_stop (self->http, GRACE_MS);
    lw_http_free (self->http);
  }
  lw_clip_maker_free (self->clips);
  lw_receive_free (self->receive);
  lw_media_service_free (self->media);
  lw_audit_queue_free (self->audit);
  lw_accounts_free (self->accounts);
  lw_passwords_free (self->passwords);
  lw_guesses_free (self->guesses);
  lw_guesses_free (self->login_guesses);
  lw_ledger_close (self->ledger);
  lw_walk_cache_free (self->walks);
  g_clear_object (&self->store);
  if (private->lock >= 0)
    close (private->lock);
  g_free (self->address);
  g_free (self->url);
  lw_room_config_free (self->config);
  g_free (private);
}
