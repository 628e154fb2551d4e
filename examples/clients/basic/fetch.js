// Buffer.from encodes text as UTF-8; btoa would not.
const [url, name, password, key] = process.argv.slice(2);
const credentials = Buffer.from(`${name}:${password}`).toString('base64');
fetch(url, { headers: { Authorization: `Basic ${credentials}`, 'X-Client-Key': key } }).then(async (answer) => {
  if (!answer.ok) throw new Error(`${answer.status}`);
  process.stdout.write(await answer.text());
});
