// openid-client finds the endpoints in the server's metadata. It refuses http; on loopback it is told that it is meant.
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import * as client from 'openid-client';

const [base, key, secret, redirectURI, method = 'client_secret_basic'] = process.argv.slice(2);

const authentications = {
  client_secret_basic: () => client.ClientSecretBasic(secret),
  client_secret_post: () => client.ClientSecretPost(secret),
  private_key_jwt: async () => client.PrivateKeyJwt(await crypto.subtle.importKey('pkcs8',
    createPrivateKey(readFileSync(secret)).export({ type: 'pkcs8', format: 'der' }),
    { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, false, ['sign'])),
  none: () => client.None(),
};
const config = await client.discovery(new URL(base), key, undefined, await authentications[method](), {
  algorithm: 'oauth2', execute: base.startsWith('http://127.0.0.1:') ? [client.allowInsecureRequests] : [],
});

const pkceCodeVerifier = client.randomPKCECodeVerifier();
const expectedState = client.randomState();
console.log(client.buildAuthorizationUrl(config, {
  redirect_uri: redirectURI, scope: 'products:read', state: expectedState,
  code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier), code_challenge_method: 'S256',
}).href);
const input = createInterface({ input: process.stdin });
const back = new URL(await input.question(''));
input.close();
let token = await client.authorizationCodeGrant(config, back, { pkceCodeVerifier, expectedState });
token = await client.refreshTokenGrant(config, token.refresh_token);
const read = async (path) => (await client.fetchProtectedResource(config, token.access_token, new URL(path, base), 'GET')).text();
process.stdout.write(await read('/v1/users/me'));

if (secret) {
  token = await client.clientCredentialsGrant(config);
  process.stdout.write(await read('/v1/data'));
}
