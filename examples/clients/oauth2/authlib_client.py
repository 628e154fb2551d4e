"""Authlib, on requests."""
import os
import sys

from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session

base, key, secret, redirect_uri = sys.argv[1:]
if base.startswith("http://127.0.0.1:"):
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
session = OAuth2Session(
    key, secret, scope="products:read users:read", redirect_uri=redirect_uri, code_challenge_method="S256"
)
verifier = generate_token(48)
address, state = session.create_authorization_url(base + "/oauth2/authorize", code_verifier=verifier)
print(address, flush=True)
session.fetch_token(base + "/oauth2/token", authorization_response=input(), code_verifier=verifier, state=state)
session.refresh_token(base + "/oauth2/token")
answer = session.get(base + "/v1/users/me", timeout=30)
answer.raise_for_status()
print(answer.text, end="")
