// The tus project's own client towards a centre: brings a file as the words on standard input say, and prints what was said.
import { readFileSync } from 'node:fs';
import { Upload } from 'tus-js-client';

const { centre, incident, file, sha256, secret, path, envelope, chunk, abortAt, withCreation } = JSON.parse(readFileSync(0, 'utf8'));
const bytes = readFileSync(path);
const said = [];
let receipt = null;

const created = await fetch(`${centre}/v1/incidents/${incident}`, { method: 'PUT', body: envelope });
if (created.status !== 201) throw new Error(`the create: ${created.status}`);

const options = {
  endpoint: `${centre}/v1/media`,
  headers: { 'Siaga-Secret': secret },
  metadata: { incident, file, sha256, name: 'video.mp4', type: 'video/mp4', drill: 'true' },
  chunkSize: chunk ?? Infinity,
  uploadDataDuringCreation: withCreation,
  // The lock of a part that broke off goes with its connection, a moment later.
  retryDelays: [0, 20, 50, 100, 200, 500, 1000, 2000],
  onAfterResponse: (req, res) => {
    said.push({ method: req.getMethod(), status: res.getStatus(), offset: res.getHeader('Upload-Offset') ?? null });
    receipt = res.getHeader('Siaga-Receipt') ?? receipt;
  },
};

// Resolves with the upload's address: all of it is there, or it was given up at this byte.
function bring(more, until = Infinity) {
  return new Promise((resolve, reject) => {
    const upload = new Upload(bytes, {
      ...options,
      ...more,
      onSuccess: () => resolve(upload.url),
      onError: reject,
      onProgress: (sent) => {
        if (sent < until || upload.isGivenUp) return;
        upload.isGivenUp = true;
        upload.abort().then(() => { said.push({ method: 'abort' }); resolve(upload.url); }, reject);
      },
    });
    upload.start();
  });
}

const place = await bring({}, abortAt);
if (abortAt) await bring({ uploadUrl: place });
const { keys } = await (await fetch(`${centre}/v1/keys`)).json();
console.log(JSON.stringify({ said, receipt, keys }));
