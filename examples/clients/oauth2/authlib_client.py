"""Authlib, on requests."""
import os
import sys
import time

from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT

base, key, secret, redirect_uri, *method = sys.argv[1:]
if base.startswith("http://127.0.0.1:"):
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
token_url = base + "/oauth2/token"
options = {"token_endpoint_auth_method": method[0] if method else "client_secret_basic"}
if options["token_endpoint_auth_method"] == "private_key_jwt":
    secret = open(secret).read()


class ShortLived(PrivateKeyJWT):
    """An assertion for one use; Authlib's own live for an hour, which is refused (RFC 7523 §3, item 4)."""

    def sign(self, auth, token_endpoint):
        self.claims = {"exp": int(time.time()) + 60}
        return super().sign(auth, token_endpoint)


def new_session(**more):
    session = OAuth2Session(key, secret, **options, **more)
    session.register_client_auth_method(ShortLived(token_url))
    return session


session = new_session(scope="products:read", redirect_uri=redirect_uri, code_challenge_method="S256")
verifier = generate_token(48)
address, state = session.create_authorization_url(base + "/oauth2/authorize", code_verifier=verifier)
print(address, flush=True)
session.fetch_token(token_url, authorization_response=input(), code_verifier=verifier, state=state)
session.refresh_token(token_url)
print(session.get(base + "/v1/users/me", timeout=30).text, end="", flush=True)

if secret:
    session = new_session()
    session.fetch_token(token_url, grant_type="client_credentials")
    print(session.get(base + "/v1/data", timeout=30).text, end="")
