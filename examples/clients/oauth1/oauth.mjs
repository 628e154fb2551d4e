// The package oauth puts its parameters in the header; addresses it can sign, too.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import oauth from 'oauth';

const [base, key, secret, callback, ...walks] = process.argv.slice(2);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

// call turns a method with a callback of several values into a promise.
const call = (session, method, ...args) => new Promise((resolve, reject) => {
  session[method](...args, (error, ...values) => error ? reject(new Error(JSON.stringify(error))) : resolve(values));
});

for (const walk of walks.length ? walks : ['HMAC-SHA1/header']) {
  const [method, place] = walk.split('/');
  const session = new oauth.OAuth(`${base}/v2/oauth/request_token`, `${base}/v2/oauth/access_token`, key,
    method.startsWith('RSA') ? readFileSync(secret, 'utf8') : secret, '1.0A', callback, method);
  const [temporary, temporarySecret] = await call(session, 'getOAuthRequestToken');
  console.log(`${base}/v2/oauth/authorize?oauth_token=${temporary}`);
  const back = new URL((await lines.next()).value).searchParams;
  const [token, tokenSecret] = await call(session, 'getOAuthAccessToken', temporary, temporarySecret, back.get('oauth_verifier'));
  const url = `${base}/v2/products?name=oil%20lamp`;
  const [text] = place === 'query'
    ? [await (await fetch(session.signUrl(url, token, tokenSecret))).text()]
    : await call(session, 'get', url, token, tokenSecret);
  process.stdout.write(text);
}
process.exit();
