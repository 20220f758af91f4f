/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * LwRoomConfig:
 *
 * How a room is run: from a file of "key = value" lines in one group [room], then from flags of
 * the same names. Every default is the safe one: nothing but this machine can reach it.
 */
typedef struct {
  char *listen;          /* "127.0.0.1:8437" */
  char *data;            /* folder; "$XDG_DATA_HOME/lessonwalk-room" */
  char *public_url;      /* "https://walks.example.org", without a last slash; by default where it
                            listens. Links that people get begin with it */
  char *frame_ancestors; /* who may frame the panel, as CSP sources; "'self'" */
  GStrv origins;         /* further pages that may call the room */
  gboolean behind_proxy; /* nginx in front: its X-Forwarded-For is believed */
  guint patience_s;      /* for a request's head, and four times that for its body; 15 */
  char *accel_prefix;    /* "/lessonwalk-media/": nginx sends the media itself; "": we do */
  gint64 upload_max_bytes;
  char *rtmp_listen;  /* "127.0.0.1:1935": where nginx takes live lessons in by RTMP */
  char *rtmp_url;     /* "rtmp://walks.example.org/live": what senders are told; by default
                         where it listens */
  GStrv live_sources; /* hosts and networks that live lessons may be fetched from; nothing */
  char *srt_listen;   /* "0.0.0.0:9000-9019": where encoders may send them by SRT; "": nowhere */
  char *srt_host;     /* "walks.example.org": what who sends is told; by default where it
                         listens */
  char *whip_listen;  /* "127.0.0.1": this machine's address by which browsers send; "0.0.0.0":
                         any */
  char *whip_ports;   /* "40000-40100": of UDP, there; "": any */
  GStrv ice_servers;  /* "stun:…", "turn:… USER PASSWORD": what senders are told of */
  guint live_end_minutes; /* a live lesson that is interrupted for so long is over; 15 */
  guint retention_days;   /* segments older than that are erased; 0: never */
  guint clip_days;        /* how long a shared clip lives unless its teacher says otherwise */
  char *oidc_issuer;      /* "": no sign-in by a provider */
  char *oidc_client_id;
  char *oidc_client_secret;
  char *oidc_name;       /* "Google": on the button */
  GStrv oidc_domains;    /* of verified e-mail addresses: who may come uninvited; nobody */
  char *metrics_token;   /* opens /metrics from elsewhere; "": only this machine sees them */
  gboolean log_requests; /* a line of JSON each, to standard error; TRUE */
  char *panel; /* folder of the panel's files; by default beside the program or installed */
} LwRoomConfig;

/* @path: (nullable): a file; %NULL: the defaults alone. Unknown keys are errors, so that a
 * mistyped safety setting does not go unseen. G_KEY_FILE_ERROR, G_FILE_ERROR. */
LwRoomConfig *lw_room_config_new (const char *path, GError **error);
/* @key: as in the file. G_KEY_FILE_ERROR_INVALID_VALUE, _KEY_NOT_FOUND. */
gboolean
lw_room_config_set (LwRoomConfig *self, const char *key, const char *value, GError **error);
/* What does not fit together, as sentences; empty: nothing. (transfer full) */
GStrv lw_room_config_check (const LwRoomConfig *self);
void lw_room_config_free (LwRoomConfig *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwRoomConfig, lw_room_config_free)

/* Every key with its meaning, for --help. NULL-terminated pairs. */
const char *const *lw_room_config_keys (void);

G_END_DECLS
