"""requests-oauthlib."""
import sys

from requests_oauthlib import OAuth1Session

base, key, secret, callback = sys.argv[1:]
session = OAuth1Session(key, client_secret=secret, callback_uri=callback, signature_method="HMAC-SHA256")
session.fetch_request_token(base + "/v2/oauth/request_token")
print(session.authorization_url(base + "/v2/oauth/authorize"), flush=True)
session.parse_authorization_response(input())
session.fetch_access_token(base + "/v2/oauth/access_token")
answer = session.get(base + "/v2/products", params={"page": "1 of 2"}, timeout=30)
answer.raise_for_status()
print(answer.text, end="")
