// SPDX-License-Identifier: LGPL-2.1-or-later
import {chooseLanguage} from './i18n.js';

await chooseLanguage();
await import('./lw-clip.js');
