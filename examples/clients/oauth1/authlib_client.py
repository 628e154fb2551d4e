"""Authlib, on requests. It refuses http; on loopback it is told that it is meant."""
import os
import sys

from authlib.integrations.requests_client import OAuth1Session

base, key, secret, callback, *walks = sys.argv[1:]
if base.startswith("http://127.0.0.1:"):
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
for walk in walks or ["HMAC-SHA1/header"]:
    method, place = walk.split("/")
    rsa = method.startswith("RSA")
    session = OAuth1Session(
        key, client_secret=None if rsa else secret, rsa_key=open(secret).read() if rsa else None,
        signature_method=method, signature_type=place.upper(), redirect_uri=callback)
    session.fetch_request_token(base + "/v2/oauth/request_token")
    print(session.create_authorization_url(base + "/v2/oauth/authorize"), flush=True)
    session.parse_authorization_response(input())
    session.fetch_access_token(base + "/v2/oauth/access_token")
    if place == "body":
        answer = session.post(base + "/v2/products", data={"name": "oil lamp"})
    else:
        answer = session.get(base + "/v2/products?name=oil%20lamp")
    print(answer.text, end="", flush=True)
