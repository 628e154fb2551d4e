"""requests answers the first challenge of Digest. Names that are not ASCII it cannot send."""
import sys

import requests
from requests.auth import HTTPDigestAuth

url, name, password, key = sys.argv[1:5]
method = sys.argv[5] if len(sys.argv) > 5 else "GET"
answer = requests.request(method, url, auth=HTTPDigestAuth(name, password), headers={"X-Client-Key": key}, timeout=30)
answer.raise_for_status()
print(answer.text, end="")
