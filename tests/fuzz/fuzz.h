/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <stddef.h>
#include <stdint.h>

/* What libFuzzer calls, and replay.c with each file of a corpus. */
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* For the formats of annotations/exchange: what @format writes of @bundle. */
#define fuzz_write(format, bundle)                                                 \
  ({                                                                               \
    g_autoptr (GOutputStream) fuzz_out = g_memory_output_stream_new_resizable ();  \
    g_autoptr (LwExchangeReport) fuzz_report = lw_exchange_report_new ();          \
    g_assert_true ((format)->write ((bundle), fuzz_out, fuzz_report, NULL, NULL)); \
    g_assert_true (g_output_stream_close (fuzz_out, NULL, NULL));                  \
    g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (fuzz_out));     \
  })
