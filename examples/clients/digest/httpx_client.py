"""httpx answers the first challenge of Digest. Names that are not ASCII it cannot send."""
import sys

import httpx

url, name, password, key = sys.argv[1:5]
method = sys.argv[5] if len(sys.argv) > 5 else "GET"
answer = httpx.request(method, url, auth=httpx.DigestAuth(name, password), headers={"X-Client-Key": key}, timeout=30)
answer.raise_for_status()
print(answer.text, end="")
