// oauth4webapi makes each request, and judges each answer, in a call of its own. It refuses http; on loopback it is told
// that it is meant.
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import * as oauth from 'oauth4webapi';

const [base, key, secret, redirectURI, method = 'client_secret_basic'] = process.argv.slice(2);
const options = { [oauth.allowInsecureRequests]: base.startsWith('http://127.0.0.1:') };

const authentications = {
  client_secret_basic: () => oauth.ClientSecretBasic(secret),
  client_secret_post: () => oauth.ClientSecretPost(secret),
  private_key_jwt: async () => oauth.PrivateKeyJwt(await crypto.subtle.importKey('pkcs8',
    createPrivateKey(readFileSync(secret)).export({ type: 'pkcs8', format: 'der' }),
    { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, false, ['sign'])),
  none: () => oauth.None(),
};
const authentication = await authentications[method]();
const issuer = new URL(base);
const server = await oauth.processDiscoveryResponse(issuer,
  await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...options }));
const client = { client_id: key };

const verifier = oauth.generateRandomCodeVerifier();
const state = oauth.generateRandomState();
const link = new URL(server.authorization_endpoint);
link.search = new URLSearchParams({
  response_type: 'code', client_id: key, redirect_uri: redirectURI, scope: 'products:read', state,
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
});
console.log(link.href);
const input = createInterface({ input: process.stdin });
const back = oauth.validateAuthResponse(server, client, new URL(await input.question('')), state);
input.close();
let token = await oauth.processAuthorizationCodeResponse(server, client,
  await oauth.authorizationCodeGrantRequest(server, client, authentication, back, redirectURI, verifier, options));
token = await oauth.processRefreshTokenResponse(server, client,
  await oauth.refreshTokenGrantRequest(server, client, authentication, token.refresh_token, options));
const read = async (path) => (await oauth.protectedResourceRequest(
  token.access_token, 'GET', new URL(path, base), undefined, undefined, options)).text();
process.stdout.write(await read('/v1/users/me'));

if (secret) {
  token = await oauth.processClientCredentialsResponse(server, client,
    await oauth.clientCredentialsGrantRequest(server, client, authentication, {}, options));
  process.stdout.write(await read('/v1/data'));
}
