"""requests-oauthlib makes a session for each person. RSA needs jwt and cryptography beside it."""
import sys

from requests_oauthlib import OAuth1Session

base, key, secret, callback, *walks = sys.argv[1:]
for walk in walks or ["HMAC-SHA256/header"]:
    method, place = walk.split("/")
    rsa = method.startswith("RSA")
    session = OAuth1Session(
        key, client_secret=None if rsa else secret, rsa_key=open(secret).read() if rsa else None,
        signature_method=method, signature_type="AUTH_HEADER" if place == "header" else place.upper(),
        callback_uri=callback)
    session.fetch_request_token(base + "/v2/oauth/request_token")
    print(session.authorization_url(base + "/v2/oauth/authorize"), flush=True)
    session.parse_authorization_response(input())
    session.fetch_access_token(base + "/v2/oauth/access_token")
    if place == "body":
        answer = session.post(base + "/v2/products", data={"name": "oil lamp"})
    else:
        answer = session.get(base + "/v2/products?name=oil%20lamp")
    print(answer.text, end="", flush=True)
