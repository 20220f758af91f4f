/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Whether this is built with AddressSanitizer, which reserves terabytes of address space and reads
 * files of /proc: it cannot live under the worker's strictest limits. */
#if defined(__SANITIZE_ADDRESS__)
#define LW_HAS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LW_HAS_ASAN 1
#endif
#endif
#ifndef LW_HAS_ASAN
#define LW_HAS_ASAN 0
#endif
