// SPDX-License-Identifier: LGPL-2.1-or-later
// Sends a file by tus-js-client, going on with an earlier upload of it if there is one.
// usage: node tus_client.mjs MODULES ENDPOINT TOKEN METADATA_JSON FILE STORAGE
// Prints "sent BYTES" for each part that the room has acknowledged, at last "done URL".
import fs from "node:fs";
import { createRequire } from "node:module";

const [modules, endpoint, token, metadata, file, storage] = process.argv.slice(2);
const tus = createRequire(`${modules}/`)("tus-js-client");

const upload = new tus.Upload(fs.createReadStream(file), {
  endpoint,
  headers: { Authorization: `Bearer ${token}` },
  metadata: JSON.parse(metadata),
  uploadSize: fs.statSync(file).size,
  chunkSize: 256 * 1024,
  retryDelays: [100, 200, 400, 800, 1600, 3200],
  urlStorage: new tus.FileUrlStorage(storage),
  fingerprint: async () => file,
  storeFingerprintForResuming: true,
  onChunkComplete: (_size, accepted) => console.log(`sent ${accepted}`),
  onSuccess: () => console.log(`done ${upload.url}`),
  onError: (error) => {
    console.log(`failed ${error}`);
    process.exitCode = 1;
  },
});
const earlier = await upload.findPreviousUploads();
if (earlier.length > 0)
  upload.resumeFromPreviousUpload(earlier[0]);
upload.start();
