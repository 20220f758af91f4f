/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-reach.h"

#include <dlfcn.h>
#include <gio/gio.h>
#include <netdb.h>
#include <string.h>

#define NAMES_MOST 1024

typedef struct {
  char *name;
  char *address;
} Name;

typedef int (*Resolve) (const char *node,
                        const char *service,
                        const struct addrinfo *hints,
                        struct addrinfo **res);

static GPtrArray *networks; /* of GInetAddressMask */
static GArray *names;
static GMutex mutex;
static char *refused; /* under mutex */

gboolean
lw_reach_add (const char *words)
{
  const char *space = strchr (words, ' ');
  GInetAddressMask *network;

  if (networks == NULL) {
    networks = g_ptr_array_new_with_free_func (g_object_unref);
    names = g_array_new (FALSE, FALSE, sizeof (Name));
  }
  if (networks->len + names->len >= NAMES_MOST)
    return FALSE;
  if (space == NULL) {
    network = g_inet_address_mask_new_from_string (words, NULL);
    if (network != NULL)
      g_ptr_array_add (networks, network);
    return network != NULL;
  }
  if (space == words || !g_hostname_is_ip_address (space + 1))
    return FALSE;
  g_array_append_val (names,
                      ((Name){g_strndup (words, (gsize)(space - words)), g_strdup (space + 1)}));
  return TRUE;
}

char *
lw_reach_take_refused (void)
{
  char *name;

  g_mutex_lock (&mutex);
  name = g_steal_pointer (&refused);
  g_mutex_unlock (&mutex);
  return name;
}

static gboolean
is_in_reach (const char *node)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (node);

  for (guint i = 0; address != NULL && networks != NULL && i < networks->len; i++)
    if (g_inet_address_mask_matches (networks->pdata[i], address))
      return TRUE;
  return FALSE;
}

static int
refuse (const char *node)
{
  g_mutex_lock (&mutex);
  g_free (refused);
  refused = g_strndup (node != NULL ? node : "", 253);
  g_mutex_unlock (&mutex);
  return EAI_NONAME;
}

/* What it says of the address @node goes behind what is in @res. */
static int
add (Resolve resolve,
     const char *node,
     const char *service,
     struct addrinfo hints,
     struct addrinfo **res)
{
  struct addrinfo **last = res;

  hints.ai_flags |= AI_NUMERICHOST;
  while (*last != NULL)
    last = &(*last)->ai_next;
  return resolve (node, service, &hints, last);
}

__attribute__ ((visibility ("default"))) int
getaddrinfo (const char *node,
             const char *service,
             const struct addrinfo *hints,
             struct addrinfo **res)
{
  Resolve resolve = (Resolve)dlsym (RTLD_NEXT, "getaddrinfo");
  struct addrinfo wanted = hints != NULL ? *hints : (struct addrinfo){0};
  int code = EAI_NONAME;

  *res = NULL;
  /* Any address and port of this machine's own, to send from: libsrt asks in this way. */
  if (resolve != NULL && node == NULL && (wanted.ai_flags & AI_PASSIVE) != 0 &&
      g_strcmp0 (service, "0") == 0)
    return resolve (NULL, service, hints, res);
  if (resolve == NULL || node == NULL)
    return refuse (node);
  if (is_in_reach (node))
    return add (resolve, node, service, wanted, res);
  for (guint i = 0; names != NULL && i < names->len; i++) {
    const Name *name = &g_array_index (names, Name, i);

    if (g_ascii_strcasecmp (name->name, node) == 0)
      code = add (resolve, name->address, service, wanted, res);
  }
  return *res != NULL ? 0 : code != EAI_NONAME ? code : refuse (node);
}
