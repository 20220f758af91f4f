// SPDX-License-Identifier: LGPL-2.1-or-later
/* Keeps the panel's own files for when the room cannot be reached. Nothing of a walk goes through
 * here: the API and media are left alone. */
/* the build puts the list of files here */

const CACHE = `lessonwalk-${VERSION}`;

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE)
      .then((cache) => cache.addAll(FILES.map((file) => new Request(file, {cache: 'reload'}))))
      .then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(caches.keys()
      .then((names) => Promise.all(names
          .filter((name) => name.startsWith('lessonwalk-') && name !== CACHE)
          .map((name) => caches.delete(name))))
      .then(() => self.clients.claim()));
});

async function answer(request) {
  const url = new URL(request.url);
  try {
    const fresh = await fetch(request);
    if (fresh.ok)
      return fresh;
    if (fresh.status < 500)
      return fresh;
  } catch {
    // The network is away.
  }
  const path = url.pathname.endsWith('/') ? `${url.pathname}index.html` : url.pathname;
  return await caches.match(new URL(path, url).href, {ignoreSearch: true}) ?? Response.error();
}

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  const scope = new URL(self.registration.scope);
  if (event.request.method === 'GET' && url.origin === scope.origin &&
      url.pathname.startsWith(scope.pathname))
    event.respondWith(answer(event.request));
});
