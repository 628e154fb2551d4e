// The package oauth-1.0a makes the parameters, signed by a function that it is given; what sends them is fetch.
import { createHmac, createSign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import OAuth from 'oauth-1.0a';

const [base, key, secret, callback, ...walks] = process.argv.slice(2);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

function signer(method) {
  const [kind, hash] = method.split('-');
  switch (kind) {
    case 'HMAC': return (text, key) => createHmac(hash, key).update(text).digest('base64');
    case 'RSA': return (text) => createSign(hash).update(text).sign(readFileSync(secret), 'base64');
    default: return undefined; // PLAINTEXT the package knows itself
  }
}

for (const walk of walks.length ? walks : ['HMAC-SHA256/header']) {
  const [method, place] = walk.split('/');
  const oauth = new OAuth({ consumer: { key, secret }, signature_method: method, hash_function: signer(method) });

  // call sends a signed request with a form, whose parameters of OAuth may stand in the header, too.
  const call = async (verb, url, data, token) => {
    const signed = oauth.authorize({ method: verb, url, data }, token); // with the form's and the query's parameters
    if (place === 'header') return fetch(url, { method: verb, headers: { ...oauth.toHeader(signed) } });
    const form = new URLSearchParams(signed);
    if (place === 'body') return fetch(url, { method: verb, body: form });
    return fetch(`${url.split('?')[0]}?${form}`, { method: verb });
  };
  const token = async (answer) => {
    const text = await answer.text();
    if (!answer.ok) throw new Error(text);
    const form = new URLSearchParams(text);
    return { key: form.get('oauth_token'), secret: form.get('oauth_token_secret') };
  };

  const temporary = await token(await call('POST', `${base}/v2/oauth/request_token`, { oauth_callback: callback }));
  console.log(`${base}/v2/oauth/authorize?oauth_token=${temporary.key}`);
  const back = new URL((await lines.next()).value).searchParams;
  const access = await token(await call('POST', `${base}/v2/oauth/access_token`, { oauth_verifier: back.get('oauth_verifier') }, temporary));
  const answer = place === 'body'
    ? await call('POST', `${base}/v2/products`, { name: 'oil lamp' }, access)
    : await call('GET', `${base}/v2/products?name=oil%20lamp`, {}, access);
  process.stdout.write(await answer.text());
}
process.exit();
