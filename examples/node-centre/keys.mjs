// Makes a centre's two keys and lets the root sign the list with the online key in it: once, before the first start.
// usage: node keys.mjs FOLDER CENTRE
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';

const [folder, centre] = process.argv.slice(2);
if (!/^[a-z0-9.-]{1,64}$/.test(centre ?? '')) throw new Error('usage: node keys.mjs FOLDER CENTRE (a-z, 0-9, ".", "-")');
mkdirSync(folder, { recursive: true, mode: 0o700 });
// 'wx': keys that are there already are never overwritten.
const keep = (name, text) => writeFileSync(`${folder}/${name}`, text, { mode: 0o600, flag: 'wx' });
const make = (name) => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  keep(name, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  return { x: publicKey.export({ format: 'jwk' }).x, privateKey };
};
const root = make('root.pem'); // Move it to a place that no network reaches: it is needed only to sign another list.
const online = make('online.pem');
const kid = createHash('sha256').update(online.x).digest('hex').slice(0, 12);
const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const list = { centre, serial: 1, issued: Date.now(), keys: [{ kid, x: online.x, until: null }] };
const input = `${part({ alg: 'EdDSA', kid: 'root', typ: 'siaga-keys' })}.${part(list)}`;
const keys = `${input}.${sign(null, Buffer.from(input), root.privateKey).toString('base64url')}`;
keep('keys.json', JSON.stringify({ keys }));
console.log(`centre    ${centre}\nroot key  ${root.x}`);
