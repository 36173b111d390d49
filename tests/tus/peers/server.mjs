// The tus project's own server under /v1/media. Texts go on to a centre; files are kept here, and nobody signs for them.
// usage: node server.mjs FOLDER CENTRE-ORIGIN
import { createServer, request } from 'node:http';
import { FileStore } from '@tus/file-store';
import { Server } from '@tus/server';

const [folder, centre] = process.argv.slice(2);
const store = new FileStore({ directory: folder });
const tus = new Server({ path: '/v1/media', datastore: store });
// A later version may learn it.
const checks = store.extensions.includes('checksum');
const offers = checks ? ['keys', 'media', 'media-checksum'] : ['keys', 'media'];
const capabilities = JSON.stringify({ v: 1, profile: 'full', offers });

// One line for each request about a file, behind its answer: what was asked, and what came of it.
function tell(req, res) {
  const unasked = !checks && 'upload-checksum' in req.headers;
  res.on('close', () => console.log(JSON.stringify({ method: req.method, status: res.writableEnded ? res.statusCode : 0, unasked })));
}

function passOn(req, res) {
  const onward = request(new URL(req.url, centre), { method: req.method, headers: req.headers }, (reply) => {
    res.writeHead(reply.statusCode, reply.headers);
    reply.pipe(res);
  });
  onward.on('error', () => res.destroy());
  req.pipe(onward);
}

const server = createServer((req, res) => {
  if (req.url.startsWith('/v1/media')) {
    tell(req, res);
    tus.handle(req, res).catch(() => res.destroy());
  } else if (req.url === '/v1/capabilities') {
    res.writeHead(200, { 'content-type': 'application/json' }).end(capabilities);
  } else {
    passOn(req, res);
  }
});
server.listen(0, '127.0.0.1', () => console.log(`listening on port ${server.address().port}`));
