// tus-js-client towards a centre: brings a file as the words on standard input say, and prints how long that took and the receipt.
import { createReadStream, readFileSync } from 'node:fs';
import { Upload } from 'tus-js-client';

const { centre, incident, file, sha256, secret, path, chunk } = JSON.parse(readFileSync(0, 'utf8'));
let receipt = null;

const begun = performance.now();
const upload = new Upload(createReadStream(path), {
  endpoint: `${centre}/v1/media`,
  headers: { 'Siaga-Secret': secret },
  metadata: { incident, file, sha256, name: 'video.mp4', type: 'video/mp4', drill: 'true' },
  chunkSize: chunk,
  retryDelays: null,
  onAfterResponse: (req, res) => { receipt = res.getHeader('Siaga-Receipt') ?? receipt; },
  onError: (error) => { throw error; },
  onSuccess: () => console.log(JSON.stringify({ ms: performance.now() - begun, receipt })),
});
upload.start();
