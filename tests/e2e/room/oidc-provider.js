// SPDX-License-Identifier: LGPL-2.1-or-later
// The real oidc-provider from npm, for one room: oidc-provider.js REDIRECT_URI RS256|ES256. Prints
// its issuer; it signs ID tokens in that way.
// "GET /forge?as=HOW" lets it answer the next exchanges with an ID token that is wrong in one way.
import crypto from 'node:crypto';
import http from 'node:http';
import { Provider } from 'oidc-provider';

const [redirect, alg] = process.argv.slice(2);
const newPair = () => (alg === 'ES256'
  ? crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' })
  : crypto.generateKeyPairSync('rsa', { modulusLength: 2048 }));
const pair = newPair();
const other = newPair();
const kid = 'the-key';
let forging = '';

const people = {
  oak: { name: 'Mr. Oak', email: 'oak@district.example', email_verified: true },
  pine: { name: 'Ms. Pine', email: 'pine@elsewhere.example', email_verified: true },
  sly: { name: 'Sly', email: 'sly@district.example', email_verified: false },
};

const encode = (value) => Buffer.from(value).toString('base64url');

function forge(token) {
  const [head, body, signature] = token.split('.');
  const header = JSON.parse(Buffer.from(head, 'base64url'));
  const claims = JSON.parse(Buffer.from(body, 'base64url'));
  const now = Math.floor(Date.now() / 1000);
  const signBy = (key) => (text) => crypto
    .sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
  let sign = signBy(pair.privateKey);
  const ways = {
    unchanged: () => {},
    'by-nobody': () => { header.alg = 'none'; sign = () => ''; },
    'by-the-public-key': () => {
      header.alg = 'HS256';
      const pem = pair.publicKey.export({ type: 'spki', format: 'pem' });
      sign = (text) => crypto.createHmac('sha256', pem).update(text).digest('base64url');
    },
    'by-another-key': () => { sign = signBy(other.privateKey); },
    'by-an-unknown-key': () => { header.kid = 'unknown'; },
    'by-its-own-key': () => {
      header.jwk = other.publicKey.export({ format: 'jwk' });
      delete header.kid;
      sign = signBy(other.privateKey);
    },
    'with-another-name': () => { claims.sub = 'pine'; sign = () => signature; },
    'of-another-issuer': () => { claims.iss = 'https://elsewhere.example'; },
    'for-another-room': () => { claims.aud = 'another-room'; },
    'for-two-rooms': () => { claims.aud = [claims.aud, 'another-room']; },
    'of-another-sign-in': () => { claims.nonce = 'x'.repeat(43); },
    'without-nonce': () => { delete claims.nonce; },
    'run-out': () => { claims.exp = now - 3600; },
    'without-end': () => { delete claims.exp; },
    'of-yesterday': () => { claims.iat = now - 86400; },
    'of-nobody': () => { delete claims.sub; },
  };
  ways[forging]();
  const text = `${encode(JSON.stringify(header))}.${encode(JSON.stringify(claims))}`;
  return `${text}.${sign(text)}`;
}

const server = http.createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{
      client_id: 'lessonwalk', client_secret: 'a secret: with / signs & all', redirect_uris: [redirect],
      id_token_signed_response_alg: alg,
    }],
    jwks: { keys: [{ ...pair.privateKey.export({ format: 'jwk' }), kid, use: 'sig', alg }] },
    cookies: { keys: ['one', 'two'] },
    pkce: { methods: ['S256'], required: () => true },
    conformIdTokenClaims: false,
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
  });
  const answer = provider.callback();
  server.on('request', (request, response) => {
    if (request.url.startsWith('/forge')) {
      forging = new URL(request.url, issuer).searchParams.get('as');
      response.end('ok');
      return;
    }
    if (request.url === '/token' && forging) {
      const end = response.end.bind(response);
      response.end = (body) => {
        const json = JSON.parse(body);
        if (json.id_token) json.id_token = forge(json.id_token);
        const text = JSON.stringify(json);
        response.setHeader('content-length', Buffer.byteLength(text));
        end(text);
      };
    }
    answer(request, response);
  });
  console.log(issuer);
});
