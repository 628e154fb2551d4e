"""requests-oauthlib. Versions before 2 leave PKCE to oauthlib; of assertions it knows nothing."""
import os
import sys

from oauthlib.oauth2 import BackendApplicationClient, WebApplicationClient
from requests_oauthlib import OAuth2Session

base, key, secret, redirect_uri, *method = sys.argv[1:]
if base.startswith("http://127.0.0.1:"):
    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
token_url = base + "/oauth2/token"
sends = {
    "client_secret_basic": {"auth": (key, secret)},
    "client_secret_post": {"client_id": key, "client_secret": secret},
    "none": {"client_id": key},
}[method[0] if method else "client_secret_basic"]
form = sends if "auth" in sends else {"include_client_id": True, "client_secret": secret or None}

client = WebApplicationClient(key)
verifier = client.create_code_verifier(48)
challenge = client.create_code_challenge(verifier, "S256")
session = OAuth2Session(client=client, redirect_uri=redirect_uri, scope=["products:read"])
address, state = session.authorization_url(
    base + "/oauth2/authorize", code_challenge=challenge, code_challenge_method="S256")
print(address, flush=True)
session.fetch_token(token_url, authorization_response=input(), code_verifier=verifier, **form)
session.refresh_token(token_url, **sends)
print(session.get(base + "/v1/users/me", timeout=30).text, end="", flush=True)

if secret:
    session = OAuth2Session(client=BackendApplicationClient(key))
    session.fetch_token(token_url, **form)
    print(session.get(base + "/v1/data", timeout=30).text, end="")
