"""requests-oauthlib. Versions before 2 leave PKCE to oauthlib."""
import os
import sys

from oauthlib.oauth2 import WebApplicationClient
from requests_oauthlib import OAuth2Session

base, key, secret, redirect_uri = sys.argv[1:]
if base.startswith("http://127.0.0.1:"):
    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
client = WebApplicationClient(key)
verifier = client.create_code_verifier(48)
challenge = client.create_code_challenge(verifier, "S256")
session = OAuth2Session(client=client, redirect_uri=redirect_uri, scope=["products:read", "users:read"])
address, state = session.authorization_url(
    base + "/oauth2/authorize", code_challenge=challenge, code_challenge_method="S256"
)
print(address, flush=True)
session.fetch_token(
    base + "/oauth2/token", authorization_response=input(), client_secret=secret, code_verifier=verifier
)
session.refresh_token(base + "/oauth2/token", auth=(key, secret))
answer = session.get(base + "/v1/users/me", timeout=30)
answer.raise_for_status()
print(answer.text, end="")
