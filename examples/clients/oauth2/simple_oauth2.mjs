// simple-oauth2 leaves PKCE and the state to the program: what it does not know it passes on. It wants a secret.
import { createHash, randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { AuthorizationCode, ClientCredentials } from 'simple-oauth2';

const [base, id, secret, redirectURI, method = 'client_secret_basic'] = process.argv.slice(2);
const config = {
  client: { id, secret },
  auth: { tokenHost: base, tokenPath: '/oauth2/token' },
  options: { authorizationMethod: method === 'client_secret_basic' ? 'header' : 'body' },
};
const read = async (path, token) => (await fetch(base + path, { headers: { Authorization: `Bearer ${token.token.access_token}` } })).text();

const client = new AuthorizationCode({ ...config, auth: { ...config.auth, authorizePath: '/oauth2/authorize' } });
const verifier = randomBytes(32).toString('base64url');
const state = randomBytes(16).toString('base64url');
console.log(client.authorizeURL({
  redirect_uri: redirectURI, scope: 'products:read', state,
  code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256',
}));
const input = createInterface({ input: process.stdin });
const back = new URL(await input.question('')).searchParams;
input.close();
if (back.get('state') !== state) throw new Error('not the answer to this request');
let token = await client.getToken({ code: back.get('code'), redirect_uri: redirectURI, code_verifier: verifier });
token = await token.refresh();
process.stdout.write(await read('/v1/users/me', token));
process.stdout.write(await read('/v1/data', await new ClientCredentials(config).getToken({})));
