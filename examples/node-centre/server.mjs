// The whole duty of a centre with the basic profile (docs/PROTOCOL.md), on Node alone.
// usage: node server.mjs FOLDER PORT CERTIFICATE.pem KEY.pem
import { createHash, createPrivateKey, randomUUID, sign } from 'node:crypto';
import * as fs from 'node:fs';
import { createSecureServer } from 'node:http2';

const [folder, port, certificate, key] = process.argv.slice(2);
const keys = fs.readFileSync(`${folder}/keys.json`, 'utf8');
const online = createPrivateKey(fs.readFileSync(`${folder}/online.pem`));
const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const list = JSON.parse(Buffer.from(JSON.parse(keys).keys.split('.')[1], 'base64url'));
const header = part({ alg: 'EdDSA', kid: list.keys.at(-1).kid, typ: 'siaga-receipt' });
const PATH = /^\/v1\/incidents\/([^/?]*)(?:\/events\/([^/?]*))?$/;
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const DIGEST = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):\s*(?:,|$)/;
const problem = (status, slug) => [status, { 'content-type': 'application/problem+json' },
  JSON.stringify({ type: `https://siaga.example/problems/${slug}`, title: slug, status })];
const isDrill = (body) => { try { return JSON.parse(body).drill === true; } catch { return false; } };

async function put(req, incident, event = incident) {
  const pieces = [];
  let size = 0;
  for await (const piece of req.iterator({ destroyOnReturn: false })) {
    size += piece.length;
    if (size > 32768) return problem(413, 'too-large');
    pieces.push(piece);
  }
  if (!ID.test(incident) || !ID.test(event)) return problem(400, 'bad-id');
  const body = Buffer.concat(pieces);
  const hash = createHash('sha256').update(body).digest();
  const stated = DIGEST.exec(req.headers['content-digest'])?.[1] ?? hash.toString('base64');
  if (stated !== hash.toString('base64')) return problem(400, 'digest-mismatch');
  const sha256 = hash.toString('hex');
  const claims = { incident, event, sha256, centre: list.centre, at: Date.now(), drill: isDrill(body) };
  const input = `${header}.${part(claims)}`;
  const receipt = `${input}.${sign(null, Buffer.from(input), online).toString('base64url')}`;
  const [isNew, stored] = keep(`${incident}.${event}`, Buffer.concat([Buffer.from(`${sha256} ${receipt}\n`), body]));
  const [storedHash, storedReceipt] = stored.split('\n', 1)[0].split(' ');
  if (storedHash !== sha256) return problem(409, 'other-bytes');
  return [isNew ? 201 : 200, { 'siaga-receipt': storedReceipt }];
}

// Stores receipt and bytes as one file, unless there is one of this name. Gives what is on the disk then.
function keep(name, bytes) {
  const [path, temporary] = [`${folder}/events/${name}`, `${folder}/new/${randomUUID()}`];
  let isNew = !fs.existsSync(path);
  if (isNew) {
    try {
      sync(temporary, 'wx', bytes);
      fs.linkSync(temporary, path); // Replaces nothing: of two servers on one folder, one is first.
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      isNew = false;
    } finally { fs.rmSync(temporary, { force: true }); }
  }
  sync(`${folder}/events`, 'r'); // The name has to last too, also one that was linked just before a crash.
  return [isNew, fs.readFileSync(path, 'latin1')];
}

function sync(path, flags, bytes) {
  const file = fs.openSync(path, flags, 0o600);
  try {
    if (bytes) fs.writeFileSync(file, bytes);
    fs.fsyncSync(file);
  } finally { fs.closeSync(file); }
}

async function answer(req, res) {
  const ids = PATH.exec(req.url);
  let reply = req.method === 'GET' ? problem(404, 'not-found') : [404, {}];
  if (req.method === 'GET' && req.url === '/v1/keys') reply = [200, { 'content-type': 'application/json' }, keys];
  if (req.method === 'PUT' && ids) {
    reply = await put(req, ids[1], ids[2]).catch((error) => {
      console.error(error.message); // A full disk, say. Nothing was promised, so the phone comes again.
      return [503, { 'retry-after': '2' }];
    });
  }
  const [status, headers, text] = reply;
  // No other request can follow a body that was not read to its end.
  if (req.httpVersionMajor === 1 && !req.complete) headers.connection = 'close';
  res.writeHead(status, headers).end(text);
}

fs.rmSync(`${folder}/new`, { recursive: true, force: true }); // What a crash left there was never answered.
for (const name of ['new', 'events']) fs.mkdirSync(`${folder}/${name}`, { recursive: true });
sync(folder, 'r');
const tls = { cert: fs.readFileSync(certificate), key: fs.readFileSync(key), allowHTTP1: true, noDelay: true };
const server = createSecureServer(tls, answer);
server.listen(Number(port), '127.0.0.1', () => console.log(`listening on port ${server.address().port}`));
