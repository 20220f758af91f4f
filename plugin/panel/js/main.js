// SPDX-License-Identifier: LGPL-2.1-or-later
import {chooseLanguage} from './i18n.js';

await chooseLanguage();
await import('./lw-panel.js');

// The panel itself is kept, so that a page that is loaded again without the network still opens.
navigator.serviceWorker?.register('worker.js').catch(() => {});
