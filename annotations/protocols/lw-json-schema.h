/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <json-c/json.h>

G_BEGIN_DECLS

/**
 * lw_json_schema_check:
 * @schema: (transfer none): one of our own; trusted
 * @value: (transfer none): a stranger's; nested no deeper than its parser allows
 * @ret_breach: (out) (transfer full): where and what, to be read by people: "phases[2].minutes must
 *   be 1440 at most"
 *
 * Checks by the part of JSON Schema (draft 2020-12) that our schemas use: type, enum, required,
 * properties, additionalProperties: false, items, minItems, maxItems, minLength, maxLength (in
 * characters), pattern, minimum, maximum, $ref to $defs. A schema that uses another word is a
 * programmer's mistake and ends the program, so that nothing passes unchecked. Thread: any.
 */
gboolean lw_json_schema_check (json_object *schema, json_object *value, char **ret_breach);

G_END_DECLS
